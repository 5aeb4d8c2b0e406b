"""Service codes of AWS PrivateLink that vpcproof knows without asking AWS.

The list of a Region is DescribeVpcEndpointServices; this one serves where that answer was not read
and to tell a misspelt parameter from a service.
https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
"""

from __future__ import annotations

from types import MappingProxyType

GATEWAY_SERVICE_CODES = frozenset({"s3", "dynamodb", "s3express"})

# A gateway endpoint is their only form.
GATEWAY_ONLY_SERVICE_CODES = frozenset({"s3express"})

# Interface endpoints of these have no private DNS name of the service.
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
WITHOUT_PRIVATE_DNS = frozenset({"dynamodb", "dynamodb-streams"})

# Services whose endpoints may be created from another Region.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-cross-region-privatelink-support.html
CROSS_REGION_SERVICE_CODES = frozenset(
    (
        "s3 iam ecr.api ecr.dkr kms kms-fips ecs lambda kinesis-firehose kinesisanalytics route53"
    ).split()
)

# Services of a whole partition, whose endpoint names carry no Region.
# https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
GLOBAL_SERVICE_CODES = frozenset(
    "cloudfront iam route53 s3-global.accesspoint savingsplans".split()
)

# Launched in 2024 or later, where SSM Agent talks to ssmmessages only and ec2messages is not sold.
# https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
REGIONS_WITHOUT_EC2MESSAGES = frozenset(
    "ap-east-2 ap-southeast-5 ap-southeast-6 ap-southeast-7 eusc-de-east-1 mx-central-1".split()
)

# Prefixes of service names that only some services of one partition have, and the beginning of its
# Regions' names; the other services there keep `com.amazonaws`.
# https://github.com/aws/aws-cdk/pull/36794, https://github.com/aws/aws-cdk/pull/37596
PARTITION_PREFIXES = MappingProxyType(
    {
        "cn.com.amazonaws": "cn-",
        "eu.amazonaws": "eusc-",
        "gov.ic.c2s": "us-iso-",
        "gov.sgov.sc2s": "us-isob-",
        "gov.ic.hci.csp": "us-isof-",
        "uk.adc-e.cloud": "eu-isoe-",
    }
)

# Codes that China Regions sell with the prefix `cn.com.amazonaws`. S3 has both: `cn.` for
# Interface, plain for Gateway. The list grows.
# https://docs.amazonaws.cn/en_us/vpc/latest/privatelink/aws-services-privatelink-support.html
CN_PREFIXED_SERVICE_CODES = frozenset(
    """
    application-autoscaling appmesh-envoy-management athena autoscaling awsconnector backup
    batch cassandra cloudcontrolapi cloudformation codedeploy-commands-secure databrew dms
    ebs ec2 ecr.api ecr.dkr eks elasticache elasticbeanstalk elasticfilesystem
    elasticfilesystem-fips emr-containers execute-api fsx imagebuilder iot.data
    kinesis-streams lambda license-manager monitoring rds redshift redshift-data s3
    sagemaker.api sagemaker.featurestore-runtime sagemaker.runtime securityhub
    servicecatalog sms sqs states sts sync-states synthetics transcribe transcribestreaming
    transfer xray
    """.split()
)

# Codes that one of the two China Regions sells so, or that older lists have.
CN_SOMETIMES_PREFIXED_SERVICE_CODES = frozenset(
    (
        "account elasticmapreduce iotsitewise.api iotsitewise.data polly transfer.server workspaces"
    ).split()
)

# Codes that keep `com.amazonaws` in China Regions for certain.
CN_PLAIN_SERVICE_CODES = frozenset(
    "dynamodb ec2messages kms logs secretsmanager ssm ssmmessages".split()
)

SERVICE_SETS = MappingProxyType(
    {
        "ssm": ("ssm", "ssmmessages", "ec2messages"),
        "ecr": ("ecr.api", "ecr.dkr", "s3"),
        "fargate": ("ecr.api", "ecr.dkr", "s3", "logs"),
        "ecs": ("ecs", "ecs-agent", "ecs-telemetry", "ecr.api", "ecr.dkr", "s3", "logs"),
        "eks": ("eks", "eks-auth", "ec2", "sts", "ecr.api", "ecr.dkr", "s3", "logs"),
        "logs": ("logs",),
    }
)

# Ports of the services that do not listen on 443 alone.
SERVICE_PORTS = MappingProxyType(
    {
        # https://docs.aws.amazon.com/keyspaces/latest/devguide/vpc-endpoints.html
        "cassandra": (9142,),
        "cassandra-fips": (9142,),
        # https://docs.aws.amazon.com/ses/latest/dg/send-email-set-up-vpc-endpoints.html
        "email-smtp": (25, 465, 587, 2465, 2587),
        # https://docs.aws.amazon.com/transfer/latest/userguide/create-server-in-vpc.html
        "transfer.server": (21, 22, *range(8192, 8201)),
    }
)

# The domains under which AWS services have their names, of all partitions.
# https://docs.aws.amazon.com/general/latest/gr/rande.html
SERVICE_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "api.aws",
    "sagemaker.aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "csp.hci.ic.gov",
    "cloud.adc-e.uk",
)

KNOWN_SERVICE_CODES = frozenset(
    """
    access-analyzer account acm-pca acm-pca-fips airflow.api airflow.env airflow.ops
    analytics-omics apigateway app-integrations appconfig appconfig-fips appconfigdata
    appconfigdata-fips application-autoscaling application-signals appmesh
    appmesh-envoy-management apprunner apprunner.requests appstream.api appstream.streaming
    appsync appsync-api aps aps-workspaces arc-zonal-shift athena athena-fips auditmanager
    autoscaling autoscaling-plans awsconnector b2bi backup backup-gateway batch batch-fips
    bedrock bedrock-agent bedrock-agent-runtime bedrock-agentcore bedrock-data-automation
    bedrock-data-automation-runtime bedrock-runtime billing billingconductor braket budgets
    cases cassandra cassandra-fips cassandra-streams cleanrooms cleanrooms-ml cloudcontrolapi
    cloudcontrolapi-fips clouddirectory cloudformation cloudformation-fips cloudfront cloudhsmv2
    cloudtrail cloudtrail-fips codeartifact.api codeartifact.repositories codebuild
    codebuild-fips codecommit codecommit-fips codeconnections.api codedeploy
    codedeploy-commands-secure codeguru-profiler codeguru-reviewer codepipeline
    codestar-connections.api codewhisperer comprehend comprehendmedical config config-fips
    connect-campaigns console control-storage-omics controltower cost-optimization-hub
    data-servicediscovery data-servicediscovery-fips databrew databrew-fips dataexchange
    datasync datazone deadline.management deadline.scheduling deviceadvisor.iot devops-guru
    directconnect dms dms-fips drs ds ds-data dynamodb dynamodb-fips dynamodb-streams ebs
    ebs-fips ec2 ec2-fips ec2messages ecr.api ecr.dkr ecs ecs-agent ecs-telemetry eks eks-auth
    elastic-inference.runtime elasticache elasticache-fips elasticbeanstalk
    elasticbeanstalk-health elasticfilesystem elasticfilesystem-fips elasticloadbalancing
    elasticmapreduce email email-smtp emr-containers emr-serverless emr-serverless-services.livy
    emrwal.prod entityresolution events events-fips evidently evidently-dataplane execute-api
    experiments finspace finspace-api fis forecast forecast-fips forecastquery
    forecastquery-fips frauddetector freetier fsx fsx-fips git-codecommit git-codecommit-fips
    glue glue-fips glue.dashboard grafana grafana-workspace greengrass groundstation guardduty
    guardduty-data guardduty-data-fips guardduty-fips healthlake iam identitystore imagebuilder
    imagebuilder-fips inspector-scan inspector2 inspector2-fips internetmonitor
    internetmonitor-fips iot iot.credentials iot.data iot.fleethub.api iotdeviceadvisor
    iotfleetwise iotroborunner iotsitewise.api iotsitewise.data iottwinmaker.api
    iottwinmaker.data iotwireless.api ivs.contribute kafka kafka-fips kendra kendra-ranking
    kinesis-firehose kinesis-firehose-fips kinesis-streams kinesis-streams-fips kinesisanalytics
    kinesisanalytics-fips kms kms-fips lakeformation lambda launchwizard lex-v2-models
    license-manager license-manager-fips license-manager-linux-subscriptions
    license-manager-user-subscriptions logs logs-fips lookoutequipment lookoutmetrics
    lookoutvision lorawan.cups lorawan.lns m2 macie2 mail-manager-smtp.auth
    mail-manager-smtp.auth.fips managedblockchain-query managedblockchain.bitcoin.mainnet
    managedblockchain.bitcoin.testnet mediaconnect medical-imaging memory-db memorydb-fips mgn
    migrationhub-orchestrator models-v2-lex monitoring monitoring-fips neptune-graph
    neptune-graph-data network-firewall networkflowmonitor networkmonitor nimble notebook
    notifications observabilityadmin organizations organizations-fips osis outposts partner-app
    payment-cryptography.controlplane payment-cryptography.dataplane pca-connector-ad
    pca-connector-scep pcs personalize personalize-events personalize-runtime pinpoint
    pinpoint-sms-voice-v2 pipes pipes-data polly portal private-networks profile proton
    qbusiness qldb.session quicksight-website ram rds rds-data rds-fips redshift redshift-data
    redshift-fips redshift-serverless refactor-spaces rekognition rekognition-fips repostspace
    resource-explorer-2 resource-explorer-2-fips resource-groups resource-groups-fips
    rolesanywhere route53 route53resolver rum rum-dataplane runtime-medical-imaging
    runtime-v2-lex s3 s3-global.accesspoint s3-outposts s3express s3files s3tables sagemaker.api
    sagemaker.api-fips sagemaker.featurestore-runtime sagemaker.featurestore-runtime-fips
    sagemaker.metrics sagemaker.runtime sagemaker.runtime-fips savingsplans scheduler schemas
    scn secretsmanager secretsmanager-fips securityhub securitylake serverlessrepo
    servicecatalog servicecatalog-appregistry servicediscovery servicediscovery-fips
    servicequotas ses shield signin simspaceweaver sms sms-fips snow-device-management snowball
    sns sns-fips sqs sqs-fips ssm ssm-contacts ssm-fips ssm-incidents ssm-incidents-fips
    ssm-quicksetup ssm-sap ssmmessages ssmmessages-fips states states-fips storage-omics
    storagegateway streaming-rekognition streaming-rekognition-fips sts sts-fips studio swf
    swf-fips sync-states synthetics synthetics-fips tagging tags-omics textract textract-fips
    thinclient.api timestream-influxdb timestream.ingest timestream.query tnb transcribe
    transcribestreaming transfer transfer-fips transfer.server translate trustedadvisor
    verifiedpermissions voiceid vpc-lattice wafv2 wafv2-fips wellarchitected wickr wisdom
    workflows-omics workmail workspaces workspaces-thin-client xray
    """.split()
)

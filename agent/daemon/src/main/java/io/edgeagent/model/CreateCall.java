package io.edgeagent.model;

import static io.edgeagent.model.Shape.FLAG;
import static io.edgeagent.model.Shape.NUMBER;
import static io.edgeagent.model.Shape.TEXT;

import io.edgeagent.model.Shape.Fields;
import io.edgeagent.model.Shape.Items;
import io.edgeagent.model.Shape.Names;

/** The names of Docker's container create call, API 1.24 to 1.51 (moby, api/types/container, mount and network). */
final class CreateCall {
    private static final Shape TEXTS = new Items(TEXT, false);
    // of a command, which may be one text
    private static final Shape WORDS = new Items(TEXT, true);
    private static final Shape TEXT_BY_NAME = new Names(TEXT, false);
    private static final Fields NOTHING = Fields.none();

    private static final Fields DRIVER = NOTHING.with(TEXT, "Name").with(TEXT_BY_NAME, "Options");

    private static final Fields MOUNT = NOTHING.with(TEXT, "Type Source Target Consistency")
            .with(FLAG, "ReadOnly")
            .with(
                    NOTHING.with(TEXT, "Propagation")
                            .with(FLAG, "NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive"),
                    "BindOptions")
            .with(
                    NOTHING.with(FLAG, "NoCopy")
                            .with(TEXT_BY_NAME, "Labels")
                            .with(TEXT, "Subpath")
                            .with(DRIVER, "DriverConfig"),
                    "VolumeOptions")
            .with(NOTHING.with(TEXT, "Subpath"), "ImageOptions")
            .with(NOTHING.with(NUMBER, "SizeBytes Mode").with(new Items(TEXTS, false), "Options"), "TmpfsOptions")
            .with(NOTHING, "ClusterOptions");

    private static final Fields DEVICE = NOTHING.with(TEXT, "PathOnHost PathInContainer CgroupPermissions");

    private static final Fields DEVICE_REQUEST = NOTHING.with(TEXT, "Driver")
            .with(NUMBER, "Count")
            .with(TEXTS, "DeviceIDs")
            .with(new Items(TEXTS, false), "Capabilities")
            .with(TEXT_BY_NAME, "Options");

    private static final Fields RESOURCES = NOTHING.with(NUMBER, """
                    CpuShares Memory NanoCpus BlkioWeight CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime
                    KernelMemory KernelMemoryTCP MemoryReservation MemorySwap MemorySwappiness PidsLimit CpuCount
                    CpuPercent IOMaximumIOps IOMaximumBandwidth DiskQuota""")
            .with(FLAG, "OomKillDisable")
            .with(TEXT, "CgroupParent CpusetCpus CpusetMems")
            .with(TEXTS, "DeviceCgroupRules")
            .with(new Items(DEVICE, false), "Devices")
            .with(new Items(DEVICE_REQUEST, false), "DeviceRequests")
            .with(new Items(NOTHING.with(TEXT, "Name").with(NUMBER, "Hard Soft"), false), "Ulimits")
            .with(new Items(NOTHING.with(TEXT, "Path").with(NUMBER, "Weight"), false), "BlkioWeightDevice")
            .with(new Items(NOTHING.with(TEXT, "Path").with(NUMBER, "Rate"), false), """
                    BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps""");

    static final Fields HOST_CONFIG = RESOURCES
            .with(TEXT, """
                    ContainerIDFile NetworkMode VolumeDriver CgroupnsMode IpcMode Cgroup PidMode UTSMode UsernsMode
                    Runtime Isolation""")
            .with(FLAG, "AutoRemove Privileged PublishAllPorts ReadonlyRootfs Init")
            .with(NUMBER, "OomScoreAdj ShmSize")
            .with(TEXTS, """
                    Binds VolumesFrom Dns DnsOptions DnsSearch ExtraHosts GroupAdd Links SecurityOpt MaskedPaths
                    ReadonlyPaths""")
            .with(WORDS, "CapAdd CapDrop Capabilities")
            .with(TEXT_BY_NAME, "Annotations StorageOpt Tmpfs Sysctls")
            .with(new Items(NUMBER, false), "ConsoleSize")
            .with(new Items(MOUNT, false), "Mounts")
            .with(NOTHING.with(TEXT, "Type").with(TEXT_BY_NAME, "Config"), "LogConfig")
            .with(new Names(new Items(NOTHING.with(TEXT, "HostIp HostPort"), false), true), "PortBindings")
            .with(NOTHING.with(TEXT, "Name").with(NUMBER, "MaximumRetryCount"), "RestartPolicy");

    private static final Fields ENDPOINT = NOTHING.with(
                    NOTHING.with(TEXT, "IPv4Address IPv6Address").with(TEXTS, "LinkLocalIPs"), "IPAMConfig")
            .with(TEXTS, "Links Aliases DNSNames")
            .with(TEXT, """
                    NetworkID EndpointID Gateway IPAddress IPv6Gateway GlobalIPv6Address MacAddress""")
            .with(NUMBER, "IPPrefixLen GlobalIPv6PrefixLen GwPriority")
            .with(TEXT_BY_NAME, "DriverOpts");

    private static final Fields CONFIG = NOTHING.with(TEXT, """
                    Hostname Domainname User Image WorkingDir MacAddress StopSignal Cpuset""")
            .with(FLAG, "AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled")
            .with(NUMBER, "StopTimeout")
            .with(TEXTS, "Env OnBuild")
            .with(WORDS, "Cmd Entrypoint Shell")
            .with(TEXT_BY_NAME, "Labels")
            .with(new Names(NOTHING, true), "ExposedPorts")
            .with(new Names(NOTHING, false), "Volumes")
            .with(
                    NOTHING.with(TEXTS, "Test").with(NUMBER, "Interval Timeout StartPeriod StartInterval Retries"),
                    "Healthcheck")
            .with(HOST_CONFIG, "HostConfig")
            .with(NOTHING.with(new Names(ENDPOINT, false), "EndpointsConfig"), "NetworkingConfig");

    /** Engines before 23 also look for the fields of HostConfig beside it (moby, runconfig/config_unix.go). */
    static final Fields BODY = CONFIG.with(HOST_CONFIG);

    private CreateCall() {}
}

package io.edgeagent.e2e;

import io.edgeagent.fake.NodeProgram;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Images of modules that use Azure's unmodified clients, made of what this machine tests with: its Java or Node.js, the libraries
 * that these need, and the clients. Nothing else is in them, no shell either.
 *
 * @param name what a manifest calls it
 * @param command what its containers run
 */
record SdkImage(String name, List<String> command) {
    private static final Pattern LIBRARY = Pattern.compile("(/\\S+) \\(0x");

    /** {@link SdkModule}. */
    static SdkImage java(Lab lab) throws IOException, InterruptedException {
        return java(lab, SdkModule.class);
    }

    /** @param program that its containers run */
    static SdkImage java(Lab lab, Class<?> program) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("java.home"));
        List<String> contents = new ArrayList<>(List.of(
                // what only development needs, and links that lead nowhere where parts of the JDK are not installed
                "--exclude=src.zip",
                "--exclude=ct.sym",
                "--exclude=jrt-fs.jar",
                "--exclude=*awt*",
                "--exclude=psfont*",
                "--exclude=libatk-wrapper.so",
                "--transform=s,^" + inTar(home) + "/,java/,",
                "--transform=s,^.*/\\([^/]*\\.jar\\)$,app/\\1,",
                "--transform=s,^" + inTar(testClasses()) + "/,app/classes/,"));
        Stream.of("bin/java", "lib", "conf")
                .map(part -> inTar(home.resolve(part)))
                .forEach(contents::add);
        contents.add(
                inTar(testClasses()) + "/" + SdkModule.class.getPackageName().replace('.', '/'));
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .map(jar -> inTar(Path.of(jar)))
                .forEach(contents::add);
        libraries(
                        home.resolve("bin/java"),
                        home.resolve("lib/libjli.so"),
                        home.resolve("lib/libnio.so"),
                        home.resolve("lib/libzip.so"),
                        home.resolve("lib/server/libjvm.so"))
                .stream()
                // Docker takes no tar in which a file is twice
                .filter(library -> !library.startsWith(inTar(home) + "/"))
                .forEach(contents::add);
        return load(
                lab,
                "sdk-java",
                contents,
                List.of(
                        "/java/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        "/app/classes:/app/*",
                        "-Djavax.net.ssl.trustStore=/trust.p12",
                        "-Djavax.net.ssl.trustStorePassword=changeit",
                        program.getName()));
    }

    /** The module.js of the test resources. */
    static SdkImage node(Lab lab) throws IOException, InterruptedException {
        return node(lab, "module.js");
    }

    /** @param program of the test resources that its containers run */
    static SdkImage node(Lab lab, String program) throws IOException, InterruptedException {
        if (Files.notExists(NodeProgram.CLIENTS.resolve("azure-iot-device"))) {
            throw new IllegalStateException(NodeProgram.CLIENTS
                    + " has no azure-iot-device: run these tests with ./dev test, which installs it");
        }
        Path node = inPath("node").toRealPath();
        Path clients = NodeProgram.CLIENTS.toRealPath();
        Path module = testClasses().resolve("sdk").resolve(program);
        List<String> contents = new ArrayList<>(List.of(
                "--exclude=*.map",
                "--exclude=*.d.ts",
                "--exclude=.bin",
                "--transform=s,^" + inTar(node) + "$,app/node,",
                "--transform=s,^" + inTar(module) + "$,app/module.js,",
                "--transform=s,^" + inTar(clients) + "/,app/node_modules/,",
                inTar(node),
                inTar(module),
                inTar(clients)));
        contents.addAll(libraries(node));
        return load(lab, "sdk-node", contents, List.of("/app/node", "/app/module.js"));
    }

    void remove(Lab lab) {
        lab.docker.removeImageCmd(name).withForce(true).exec();
    }

    private static SdkImage load(Lab lab, String kind, List<String> contents, List<String> command)
            throws IOException, InterruptedException {
        String name = "edge-agent-test/" + kind + ":" + lab.network;
        List<String> tar = new ArrayList<>(List.of("tar", "-C", "/", "--dereference", "--hard-dereference", "-c"));
        tar.addAll(contents);
        Path complaints = lab.folder.resolve(kind + "-image.log");
        // docker-java cuts off long streams to /images/create
        List<Process> pipeline = ProcessBuilder.startPipeline(List.of(
                new ProcessBuilder(tar).redirectError(Redirect.appendTo(complaints.toFile())),
                new ProcessBuilder("docker", "--host", lab.engineUri, "import", "-", name)
                        .redirectError(Redirect.appendTo(complaints.toFile()))
                        .redirectOutput(Redirect.DISCARD)));
        for (Process process : pipeline) {
            if (process.waitFor() != 0) {
                throw new IOException("there is no image " + name + ": " + Files.readString(complaints));
            }
        }
        return new SdkImage(name, command);
    }

    /** What the dynamic linker loads for them, itself included. */
    private static Set<String> libraries(Path... programs) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ldd"));
        Stream.of(programs).map(Path::toString).forEach(command::add);
        Process ldd = new ProcessBuilder(command).start();
        String said = new String(ldd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        ldd.waitFor();
        Set<String> found = new TreeSet<>();
        Matcher library = LIBRARY.matcher(said);
        while (library.find()) {
            found.add(inTar(Path.of(library.group(1))));
        }
        return found;
    }

    private static Path inPath(String program) {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
        return found.orElseThrow(
                () -> new IllegalStateException(program + " is not in the path: ./dev test installs it"));
    }

    private static Path testClasses() {
        return Path.of("target/test-classes").toAbsolutePath();
    }

    private static String inTar(Path path) {
        return path.toAbsolutePath().normalize().toString().substring(1);
    }
}

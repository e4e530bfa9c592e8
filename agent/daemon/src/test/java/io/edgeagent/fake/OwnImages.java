package io.edgeagent.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** Images that only this test has, made from busybox, in the registry or on the board. */
public final class OwnImages {
    private final EngineLab lab;
    private final String config;

    public OwnImages(EngineLab lab) {
        this.lab = lab;
        try {
            config = Files.createTempDirectory("docker-config").toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.docker(
                "--config",
                config,
                "login",
                "-u",
                lab.login().username(),
                "-p",
                lab.login().password(),
                lab.login().address());
    }

    /** Pushes a new image and takes it off the board again; returns its name. */
    public String push(String tag) {
        String name = lab.login().address() + "/" + lab.run() + ":" + tag;
        make(name);
        lab.docker("--config", config, "push", name);
        lab.docker("rmi", name);
        return name;
    }

    /** Pulls an image as a person does at the board. */
    public void pullByHand(String name) {
        lab.docker("--config", config, "pull", name);
    }

    /** Makes a new image that is on the board only. */
    public void make(String name) {
        String base = lab.image("1").text();
        String container = lab.run() + "-base";
        lab.docker("--config", config, "pull", base);
        lab.docker("create", "--name", container, base, "sleep", "100000");
        lab.docker("commit", "--change", "LABEL io.edge-agent.test=" + name, container, name);
        lab.docker("rm", container);
    }

    /** Takes away what tests left of images of this run. */
    public void clean() {
        lab.docker("images", "--format", "{{.Repository}}:{{.Tag}}")
                .lines()
                .filter(name -> name.contains(lab.run()))
                .forEach(name -> lab.tryDocker("rmi", "-f", name));
    }
}

package io.edgeagent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.edgeagent.fake.Manifest;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModuleSpecTest {
    private static final Manifest.Module BASE = Manifest.module("led")
            .image("acr.io/led:1")
            .env("A", "1")
            .createOptions("{'HostConfig':{'Memory':1},'Hostname':'h'}");

    static Stream<Arguments> recreating() {
        return Stream.of(
                change("another tag", module -> module.image("acr.io/led:2")),
                change("another registry", module -> module.image("acr2.io/led:1")),
                change("a digest", module -> module.image("acr.io/led:1@sha256:" + "ab".repeat(32))),
                change("another value in env", module -> module.env("A", "2")),
                change("one more variable", module -> module.env("B", "")),
                change(
                        "createOptions: another value",
                        m -> m.createOptions("{'HostConfig':{'Memory':2},'Hostname':'h'}")),
                change("createOptions: one field less", m -> m.createOptions("{'Hostname':'h'}")),
                change("createOptions: a field that we do not know", m -> m.createOptions("{'Future':1}")));
    }

    static Stream<Arguments> inPlace() {
        return Stream.of(
                change("version", module -> module.version("2")),
                change("status", module -> module.status("stopped")),
                change("restartPolicy", module -> module.restartPolicy("never")),
                change("imagePullPolicy", module -> module.imagePullPolicy("never")),
                change("startupOrder", module -> module.startupOrder(3)),
                change("blanks around the image", module -> module.image(" acr.io/led:1 ")),
                change(
                        "createOptions: another order of keys",
                        module -> module.createOptions("{'Hostname':'h','HostConfig':{'Memory':1}}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recreating")
    void what_the_container_is_made_of_changes_its_fingerprint(String what, UnaryOperator<Manifest.Module> change) {
        assertThat(change.apply(BASE).spec().fingerprint())
                .isNotEqualTo(BASE.spec().fingerprint());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inPlace")
    void everything_else_leaves_it(String what, UnaryOperator<Manifest.Module> change) {
        assertThat(change.apply(BASE).spec().fingerprint())
                .isEqualTo(BASE.spec().fingerprint());
    }

    @Test
    void is_the_same_in_every_version_of_the_agent() {
        // kept in labels of containers out there: another value recreates every module of every device at the next
        // upgrade
        assertThat(BASE.spec().fingerprint())
                .isEqualTo("b2ab09a81d4fdbfff792c26a7a38572e9bd597b209a7bf0188e6243cdbd84ca8");
    }

    @Test
    void env_and_create_options_cannot_be_taken_for_each_other() {
        ModuleSpec env = Manifest.module("m1").env("A", "b").spec();
        ModuleSpec options =
                Manifest.module("m1").createOptions("{'Env':['A=b']}").spec();

        assertThat(env.fingerprint()).isNotEqualTo(options.fingerprint());
    }

    private static Arguments change(String what, UnaryOperator<Manifest.Module> change) {
        return arguments(what, change);
    }
}

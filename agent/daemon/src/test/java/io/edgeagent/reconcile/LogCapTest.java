package io.edgeagent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.fake.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogCapTest {
    private static final String CAP = "{'Type':'json-file','Config':{'max-size':'10m','max-file':'3'}}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'HostConfig':null}",
                "{'HostConfig':{'LogConfig':null}}",
                "{'HostConfig':{'LogConfig':{}}}",
                "{'HostConfig':{'LogConfig':{'Type':'','Config':{}}}}",
                "{'HostConfig':{'LogConfig':{'Type':'','Config':null}}}"
            })
    void a_module_that_chooses_none_gets_the_cap(String body) {
        assertThat(capped(body, "json-file").at("/HostConfig/LogConfig")).isEqualTo(Manifest.json(CAP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'HostConfig':{'LogConfig':{'Type':'json-file','Config':{'max-size':'1g'}}}}",
                "{'HostConfig':{'LogConfig':{'Type':'json-file'}}}",
                "{'HostConfig':{'LogConfig':{'Config':{'max-size':'1g'}}}}",
                "{'HostConfig':{'LogConfig':{'Type':'none'}}}",
                "{'HostConfig':{'LogConfig':'for the engine to refuse'}}"
            })
    void a_choice_of_the_module_is_kept(String body) {
        assertThat(capped(body, "json-file")).isEqualTo(Manifest.json(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"journald", "local", "k8s-file", ""})
    void another_default_of_the_engine_is_kept(String driver) {
        assertThat(capped("{}", driver)).isEqualTo(Manifest.json("{}"));
    }

    @Test
    void the_rest_of_the_body_stays_and_the_one_given_is_not_changed() {
        ContainerSpec given =
                new ContainerSpec("led", Manifest.json("{'Image':'led','HostConfig':{'Privileged':true}}"));

        ContainerSpec capped = new LogCap("1m", 2).on(given, "json-file");

        assertThat(capped.name()).isEqualTo("led");
        assertThat(capped.body())
                .isEqualTo(Manifest.json("{'Image':'led','HostConfig':{'Privileged':true,'LogConfig':"
                        + "{'Type':'json-file','Config':{'max-size':'1m','max-file':'2'}}}}"));
        assertThat(given.body().at("/HostConfig/LogConfig").isMissingNode()).isTrue();
    }

    private static ObjectNode capped(String body, String driver) {
        return LogCap.DEFAULT
                .on(new ContainerSpec("led", Manifest.json(body)), driver)
                .body();
    }
}

package io.edgeagent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeagent.model.Json;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TwinTableTest {
    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) Json.MAPPER.readTree(text.replace('\'', '"'));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static final ObjectNode TWIN = json("{'desired':{'version':7,'modules':{"
            + "'button':{'status':'running','image':'button:1'},'led':{'status':'running','image':'acr.io/led:2'},"
            + "'job':{'status':'running','image':'acr.io/job:1'}}},"
            + "'reported':{'version':7,'code':200,'description':'','modules':{'button':{'status':'running'},"
            + "'led':{'status':'backoff'},'job':{'status':'stopped'}}}}");

    @Test
    void what_differs_is_marked() {
        ObjectNode runs = json("{'button':{'running':true,'status':'Up 3 hours','image':'button:1'},"
                + "'led':{'running':false,'status':'Exited (1)','image':'acr.io/led:1'},"
                + "'job':{'running':false,'status':'Exited (0)','image':'acr.io/job:1'}}");

        TwinTable table = TwinTable.of(TWIN, Optional.of(runs));

        assertThat(table.text()).isEqualTo("""
                desired   version 7
                reported  version 7, code 200

                   MODULE  DESIRED  REPORTED  RUNS        IMAGE
                   button  running  running   Up 3 hours  button:1
                   job     running  stopped   Exited (0)  acr.io/job:1
                !  led     running  backoff   Exited (1)  acr.io/led:2, there is acr.io/led:1
                """);
        assertThat(table.differs()).isTrue();
    }

    @Test
    void one_image_under_two_names_is_no_difference() {
        ObjectNode twin = TWIN.deepCopy();
        twin.withObject("/desired/modules").remove("led");
        twin.withObject("/reported/modules").remove("led");
        ObjectNode runs = json("{'button':{'running':true,'status':'Up','image':'docker.io/library/button:1'},"
                + "'job':{'running':false,'status':'Exited (0)','image':'acr.io/job:1'}}");

        assertThat(TwinTable.of(twin, Optional.of(runs)).differs()).isFalse();
    }

    @Test
    void a_hub_that_was_told_of_an_earlier_version_and_an_engine_that_is_away_are_said() {
        ObjectNode twin = TWIN.deepCopy();
        twin.withObject("/reported").put("version", 6).put("code", 400).put("description", "no\u001b[1m way");

        assertThat(TwinTable.of(twin, Optional.empty()).text())
                .contains("reported  version 6 (behind), code 400: no [1m way", "running   ?");
        assertThat(TwinTable.of(json("{}"), Optional.of(json("{}"))).text())
                .isEqualTo("desired   the hub has not spoken yet\nreported  not connected to the hub\n\n");
    }
}

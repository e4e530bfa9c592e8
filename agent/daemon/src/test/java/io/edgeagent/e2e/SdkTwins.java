package io.edgeagent.e2e;

import com.microsoft.azure.sdk.iot.device.InternalClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;

/**
 * What a program with Azure's client for Java does with its twin: it reports the colour that is desired. The client loses an answer
 * about a twin now and then (its issue 1803), also one that the hub has sent: it is asked again.
 */
final class SdkTwins {
    private static final int ANSWER_MILLIS = 10_000;
    private static final int TRIES = 6;

    private SdkTwins() {}

    /** Follows the desired properties of a client that is open. */
    static void follow(InternalClient client) throws IotHubClientException, InterruptedException {
        again(() -> client.subscribeToDesiredProperties((twin, context) -> report(client, twin), null, ANSWER_MILLIS));
        again(() -> report(client, client.getTwin(ANSWER_MILLIS)));
    }

    private interface Call {
        void make() throws IotHubClientException, InterruptedException;
    }

    private static void again(Call call) throws IotHubClientException, InterruptedException {
        for (int left = TRIES; left > 0; left--) {
            try {
                call.make();
                return;
            } catch (IotHubClientException e) {
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    private static void report(InternalClient client, Twin twin) {
        Object colour = twin.getDesiredProperties().get("colour");
        if (colour != null) {
            TwinCollection reported = new TwinCollection();
            reported.put("colour", colour);
            // without waiting: it may be the client's own thread that is here
            client.updateReportedPropertiesAsync(reported, (status, answer, failure, context) -> {}, null);
        }
    }
}

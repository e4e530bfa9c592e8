package io.edgeagent.adapter.iothub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.ConnectionStatusChangeContext;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import com.microsoft.azure.sdk.iot.device.transport.NoRetry;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import io.edgeagent.model.ErrorCode;
import io.edgeagent.model.Problem;
import io.edgeagent.model.ProblemException;
import io.edgeagent.protocol.ConnectionString;
import io.edgeagent.protocol.HubPaths;
import io.edgeagent.protocol.SasToken;
import io.edgeagent.protocol.SharedKey;
import io.edgeagent.twin.CloudLink;
import io.edgeagent.upstream.Proxy;
import io.edgeagent.upstream.UpstreamSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;

/** One connection of the SDK, from open to its first loss. Used by the link's thread; callbacks come from the SDK's. */
final class SdkSession implements AutoCloseable {
    private static final int KEEPALIVE_SECONDS = 120;
    // the SDK loses a twin's answer now and then, more often on a busy board (its issue 1803): ask again soon instead
    // of
    // waiting a minute, and more patiently each time in case it is the network that is slow
    private static final int FIRST_TIMEOUT_MS = 2_000;
    private static final int TRIES = 5;
    private static final int HTTPS = 443;
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final ModuleClient client;
    private final String peer;
    private final CloudLink.Listener told;
    private final Optional<Proxy> pastProxy;
    private final HubSocketFactory sockets;
    private final MethodReplies methods;

    /** The two sections of a twin, each with its $version. */
    record TwinTrees(ObjectNode desired, ObjectNode reported) {}

    private interface Call<T> {
        T run(int timeout) throws IotHubClientException, InterruptedException;
    }

    SdkSession(
            ConnectionString module,
            SSLContext tls,
            UpstreamSettings way,
            String productInfo,
            CloudLink.Listener told,
            BiConsumer<SdkSession, Problem> lost) {
        String hubHost = module.hostName();
        // the sockets lead there, the tokens are for the hub
        String reached = way.parent().inPlaceOf(hubHost);
        this.peer = way.parent().inWords(hubHost);
        this.told = told;
        boolean overWebSocket = way.overWebSocket(reached);
        this.pastProxy = overWebSocket ? Optional.empty() : way.proxyFor(reached, HTTPS);
        this.sockets = HubSocketFactory.mqtt(tls.getSocketFactory(), way, overWebSocket);
        String device = module.deviceId().orElseThrow();
        String name = module.moduleId().orElseThrow();
        SharedKey key = module.key().orElseThrow();
        // not from a connection string: the SDK would decode a '%' in it
        this.client = new ModuleClient(
                hubHost,
                device,
                name,
                () -> token(HubPaths.resource(hubHost, device, name), key),
                IotHubClientProtocol.MQTT,
                ClientOptions.builder()
                        .sslContext(new HubContext(tls, sockets))
                        .keepAliveInterval(KEEPALIVE_SECONDS)
                        .build());
        this.methods = new MethodReplies(client, told);
        client.getProductInfo().setExtra(productInfo);
        client.setRetryPolicy(new NoRetry());
        client.setConnectionStatusChangeCallback(
                (ConnectionStatusChangeContext change) -> {
                    if (change.getNewStatus() != IotHubConnectionStatus.CONNECTED) {
                        lost.accept(
                                this,
                                problem("connection lost (" + change.getNewStatusReason() + ")", change.getCause()));
                    }
                },
                null);
    }

    private static char[] token(String resource, SharedKey key) {
        return SasToken.sign(resource, key, Instant.now().plus(TOKEN_LIFE))
                .toText()
                .toCharArray();
    }

    /** Connects and subscribes. */
    void open() {
        call("connect", 1, timeout -> {
            client.open(false);
            return null;
        });
        call("subscribe to desired properties", TRIES, timeout -> {
            client.subscribeToDesiredProperties(
                    (Twin twin, Object context) -> told.desiredPatched(TwinJson.toTree(twin.getDesiredProperties())),
                    null,
                    timeout);
            return null;
        });
        call("subscribe to methods", TRIES, timeout -> {
            methods.subscribe(timeout);
            return null;
        });
    }

    TwinTrees twin() {
        Twin twin = call("read the twin", TRIES, timeout -> client.getTwin(timeout));
        return new TwinTrees(
                TwinJson.toTree(twin.getDesiredProperties()), TwinJson.toTree(twin.getReportedProperties()));
    }

    void report(ObjectNode patch) {
        // sent twice it does the same as once
        call(
                "send reported properties",
                TRIES,
                timeout -> client.updateReportedProperties(TwinJson.toCollection(patch), timeout));
    }

    private <T> T call(String what, int tries, Call<T> call) {
        for (int tried = 0; ; tried++) {
            try {
                return call.run(FIRST_TIMEOUT_MS << tried);
            } catch (IotHubClientException e) {
                boolean silence = String.valueOf(e.getStatusCode()).contains("TIMED_OUT");
                if (!silence || tried + 1 >= tries) {
                    throw new ProblemException(
                            problem(what, e).code(), problem(what, e).text(), e);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProblemException(ErrorCode.HUB_UNREACHABLE, "the agent is stopping", e);
            } catch (IllegalStateException e) {
                // the SDK says so when the connection went away in the meantime
                throw new ProblemException(
                        ErrorCode.HUB_UNREACHABLE, what + ": " + sockets.end().orElse("the connection is closed"), e);
            }
        }
    }

    /** The SDK names a refused key only by the class of an inner exception, or by a status. */
    private Problem problem(String what, Throwable thrown) {
        StringBuilder chain = new StringBuilder();
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            chain.append(cause.getClass().getSimpleName()).append(' ');
            if (cause instanceof IotHubClientException e) {
                chain.append(e.getStatusCode()).append(' ');
            }
        }
        String names = chain.toString();
        if (names.contains("nauthorized")
                || names.contains("UNAUTHORIZED")
                || names.contains("BadUsernameOrPassword")) {
            return new Problem(
                    ErrorCode.HUB_UNAUTHORIZED,
                    what + ": " + peer + " refused the key of $edgeAgent; the agent sets it again");
        }
        if (names.contains("THROTTLED")) {
            return new Problem(ErrorCode.HUB_THROTTLED, what + ": the hub asked for fewer calls");
        }
        String why =
                sockets.end().orElseGet(() -> thrown == null ? "the connection was closed" : Explained.words(thrown));
        return new Problem(
                ErrorCode.HUB_UNREACHABLE,
                what + ": " + peer + " cannot be reached: " + why
                        + pastProxy
                                .map(proxy -> "; MQTT on port 8883 does not go through the proxy " + proxy
                                        + ": set UpstreamProtocol to MqttWs")
                                .orElse(""));
    }

    @Override
    public void close() {
        methods.close();
        client.close();
    }
}

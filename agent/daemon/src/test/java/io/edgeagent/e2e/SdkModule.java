package io.edgeagent.e2e;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.hsm.UnixDomainSocketChannel;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/** A module as its developer writes it, with Azure's unmodified client. */
final class SdkModule {
    private SdkModule() {}

    public static void main(String[] args) throws Exception {
        ModuleClient client = ModuleClient.createFromEnvironment(new UnixSocket(), IotHubClientProtocol.MQTT);
        client.open(true);
        client.subscribeToMethods(
                (method, payload, context) -> new DirectMethodResponse(200, "hello from " + method), null);
        SdkTwins.follow(client);
        client.sendEvent(new Message("{\"temperature\":21}"));
        new CountDownLatch(1).await();
    }

    /** The client leaves the socket to its user, and gives up for good where it fails: so it waits for an agent that is restarted. */
    static final class UnixSocket implements UnixDomainSocketChannel {
        private static final Duration PATIENCE = Duration.ofMinutes(2);
        private static final Duration PAUSE = Duration.ofMillis(200);

        private SocketChannel channel;

        @Override
        public void open(String address) throws IOException {
            long began = System.nanoTime();
            while (!tryToOpen(address, System.nanoTime() - began > PATIENCE.toNanos())) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }

        private boolean tryToOpen(String address, boolean lastTime) throws IOException {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                return channel.connect(UnixDomainSocketAddress.of(address));
            } catch (IOException e) {
                channel.close();
                if (lastTime) {
                    throw e;
                }
                return false;
            }
        }

        @Override
        public void write(byte[] output) throws IOException {
            channel.write(ByteBuffer.wrap(output));
        }

        @Override
        public int read(byte[] input) throws IOException {
            return channel.read(ByteBuffer.wrap(input));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}

package io.edgeagent.fake;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ServerSocketFactory;
import javax.net.ssl.SSLContext;

/** A proxy on loopback that knows CONNECT, and leads the ports that SDKs have built in to those of a test. */
public final class FakeProxy implements AutoCloseable {
    private final ServerSocket server;
    private final String scheme;
    private final Map<Integer, Integer> ports;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private volatile Optional<String> answer = Optional.empty();

    /** @param ports from the one that is asked for to the one that is connected to */
    public FakeProxy(Map<Integer, Integer> ports) {
        this(ports, ServerSocketFactory.getDefault(), "http://");
    }

    /** One that itself is spoken to in TLS. */
    public static FakeProxy tls(Map<Integer, Integer> ports, SSLContext context) {
        return new FakeProxy(ports, context.getServerSocketFactory(), "https://");
    }

    private FakeProxy(Map<Integer, Integer> ports, ServerSocketFactory sockets, String scheme) {
        this.scheme = scheme;
        try {
            this.server = sockets.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.ports = Map.copyOf(ports);
        start("fake-proxy", this::accept);
    }

    /** The next requests get this in place of a connection. */
    public void answer(String text) {
        answer = Optional.of(text);
    }

    public void connectAgain() {
        answer = Optional.empty();
    }

    /** Every line of every request so far. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    public String url() {
        return scheme + "127.0.0.1:" + server.getLocalPort();
    }

    public String url(String login) {
        return scheme + login + "@127.0.0.1:" + server.getLocalPort();
    }

    /** Ends every connection that leads through it. */
    public void cut() {
        List<Closeable> cut = new ArrayList<>(open);
        open.removeAll(cut);
        cut.forEach(FakeProxy::end);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                open.add(client);
                start("fake-proxy-client", () -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try {
            List<String> head = head(client.getInputStream());
            requests.addAll(head);
            if (answer.isPresent()) {
                client.getOutputStream().write(answer.get().getBytes(StandardCharsets.US_ASCII));
                client.close();
                return;
            }
            String target = head.get(0).split(" ", -1)[1];
            int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
            Socket hub = new Socket(target.substring(0, target.lastIndexOf(':')), ports.getOrDefault(port, port));
            open.add(hub);
            client.getOutputStream()
                    .write("HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            start("fake-proxy-back", () -> copy(hub, client));
            copy(client, hub);
        } catch (IOException | RuntimeException e) {
            end(client);
        }
    }

    private static List<String> head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            text.append((char) next);
        }
        return List.of(text.toString().strip().split("\r\n"));
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            // one side has gone
        }
    }

    private static void end(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        end(server);
        cut();
    }
}

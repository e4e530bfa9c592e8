package io.edgeagent.fake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A server that does one thing to each that connects, and then ends the connection. */
public final class CannedServer implements AutoCloseable {
    private final ServerSocket server;
    private final Behaviour behaviour;

    /** What it does. */
    public interface Behaviour {
        void serve(Socket client) throws IOException, InterruptedException;
    }

    private CannedServer(ServerSocket server, Behaviour behaviour) {
        this.server = server;
        this.behaviour = behaviour;
        start("canned-server", this::accept);
    }

    public static CannedServer plain(Behaviour behaviour) throws IOException {
        return new CannedServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
    }

    /**
     * Speaks TLS.
     *
     * @param pkcs12 key and certificate, with the password "changeit"
     */
    public static CannedServer tls(byte[] pkcs12, String address, int port, Behaviour behaviour) throws IOException {
        try {
            char[] password = "changeit".toCharArray();
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(pkcs12), password);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, password);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            ServerSocketFactory sockets = context.getServerSocketFactory();
            return new CannedServer(sockets.createServerSocket(port, 50, InetAddress.getByName(address)), behaviour);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Reads until an empty line. */
    public static void readHead(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        int newlines = 0;
        while (newlines < 2) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no request");
            }
            newlines = next == '\n' ? newlines + 1 : next == '\r' ? newlines : 0;
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                start("canned-client", () -> serve(client));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                // the next one
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            behaviour.serve(client);
        } catch (IOException e) {
            // the other side has gone
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

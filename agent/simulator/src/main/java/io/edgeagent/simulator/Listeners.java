package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.Hub;
import io.edgeagent.simulator.mqtt.MqttPipeline;
import io.edgeagent.simulator.rest.RestHandler;
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
import io.netty.handler.ssl.SslContext;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;

/** The open ports and all connections to them. */
final class Listeners implements Closeable {
    private final EventLoopGroup hubThread;
    private final SslContext tls;
    private final Hub hub;
    private final ChannelGroup channels;

    Listeners(EventLoopGroup hubThread, SslContext tls, Hub hub) {
        this.hubThread = hubThread;
        this.tls = tls;
        this.hub = hub;
        // whoever connects while it closes is closed too
        channels = new DefaultChannelGroup(hubThread.next(), true);
    }

    /** Returns the port. @throws IOException saying what to do if it is taken or needs rights */
    int openMqtt(InetAddress address, int port) throws IOException {
        return open(address, port, MqttPipeline::addTo);
    }

    int openHttps(InetAddress address, int port) throws IOException {
        return open(address, port, RestHandler::addTo);
    }

    /** Closes ports and connections. Waits until they are. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
    }

    private int open(InetAddress address, int port, BiConsumer<ChannelPipeline, Hub> protocol) throws IOException {
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
                        channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        protocol.accept(channel.pipeline(), hub);
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
}

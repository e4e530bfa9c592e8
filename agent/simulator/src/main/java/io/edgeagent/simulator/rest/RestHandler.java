package io.edgeagent.simulator.rest;

import io.edgeagent.protocol.HubError;
import io.edgeagent.simulator.blob.BlobAnswer;
import io.edgeagent.simulator.blob.BlobService;
import io.edgeagent.simulator.dps.Registrar;
import io.edgeagent.simulator.hub.HubException;
import io.edgeagent.simulator.hub.SimulatedHub;
import io.edgeagent.simulator.mqtt.MqttPipeline;
import io.edgeagent.simulator.mqtt.WebSocketFrames;
import io.edgeagent.simulator.tls.ClientCertificates;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.stream.ChunkedNioFile;
import io.netty.handler.stream.ChunkedWriteHandler;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP/1.1 around {@link Routes}; hands MQTT over WebSocket to its own handlers. */
public final class RestHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(RestHandler.class);
    private static final String WEB_SOCKET_PATH = "/$iothub/websocket";
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int CHUNK_BYTES = 64 << 10;

    private final SimulatedHub hub;
    private final Routes routes;
    private final BlobService blobs;

    private RestHandler(SimulatedHub hub, Registrar provisioning, BlobService blobs) {
        this.hub = hub;
        this.blobs = blobs;
        routes = new Routes(hub, provisioning, blobs);
    }

    public static void addTo(ChannelPipeline pipeline, SimulatedHub hub, Registrar provisioning, BlobService blobs) {
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(new HttpObjectAggregator(MAX_BODY_BYTES));
        pipeline.addLast(new ChunkedWriteHandler());
        pipeline.addLast(new RestHandler(hub, provisioning, blobs));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
        if (http.uri().startsWith(WEB_SOCKET_PATH)) {
            toWebSocket(ctx, http);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(http);
        if (BlobService.isFor(http.uri())) {
            toBlobs(ctx, http, keepAlive);
            return;
        }
        handle(ctx, http).whenComplete((response, failure) -> {
            Response answer = failure == null ? response : failed(failure);
            LOG.debug("request method={} path={} status={}", http.method(), http.uri(), answer.status());
            write(ctx, answer, keepAlive);
        });
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("closed a connection", cause);
        ChannelFuture unused = ctx.close();
    }

    private void toBlobs(ChannelHandlerContext ctx, FullHttpRequest http, boolean keepAlive) {
        boolean busy = hub.faults().failsBlobRequest();
        BlobAnswer answer = busy ? BlobService.BUSY : blobs.handle(http);
        if (!busy && hub.faults().losesBlobAnswer()) {
            ChannelFuture unused = ctx.close();
            return;
        }
        // never with its query, which is a secret
        LOG.debug("blob request method={} path={} status={}", http.method(), path(http), answer.status());
        if (answer.part().isPresent()) {
            send(ctx, answer, answer.part().get(), keepAlive);
            return;
        }
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.bytes()));
        HttpUtil.setContentLength(response, response.content().readableBytes());
        answer.headers().forEach((name, value) -> response.headers().set(name, value));
        HttpUtil.setKeepAlive(response, keepAlive);
        end(ctx.writeAndFlush(response), keepAlive);
    }

    private static String path(FullHttpRequest http) {
        int query = http.uri().indexOf('?');
        return query < 0 ? http.uri() : http.uri().substring(0, query);
    }

    private static void send(ChannelHandlerContext ctx, BlobAnswer answer, BlobAnswer.Part part, boolean keepAlive) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
        answer.headers().forEach((name, value) -> head.headers().set(name, value));
        HttpUtil.setContentLength(head, part.length());
        HttpUtil.setKeepAlive(head, keepAlive);
        try {
            FileChannel file = FileChannel.open(part.file(), StandardOpenOption.READ);
            ChannelFuture unused = ctx.write(head);
            end(
                    ctx.writeAndFlush(
                            new HttpChunkedInput(new ChunkedNioFile(file, part.from(), part.length(), CHUNK_BYTES))),
                    keepAlive);
        } catch (IOException e) {
            LOG.error("a blob cannot be read", e);
            ChannelFuture unused = ctx.close();
        }
    }

    private static void end(ChannelFuture written, boolean keepAlive) {
        written.addListener(keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
    }

    private CompletionStage<Response> handle(ChannelHandlerContext ctx, FullHttpRequest http) {
        try {
            return routes.handle(Request.of(http, ClientCertificates.of(ctx.pipeline())));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Response failed(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof HubException refused) {
            return Errors.of(refused);
        }
        LOG.error("a request failed", cause);
        return Errors.of(new HubException(HubError.SERVER_ERROR, "The simulator failed: see its log."));
    }

    private void write(ChannelHandlerContext ctx, Response response, boolean keepAlive) {
        FullHttpResponse http = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(response.status()),
                Unpooled.wrappedBuffer(response.bytes()));
        // as IoT Hub: boards compare their clock with it
        http.headers()
                .set(
                        HttpHeaderNames.DATE,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(hub.now().atOffset(ZoneOffset.UTC)));
        response.headers().forEach((name, value) -> http.headers().set(name, value));
        if (response.body().isPresent()) {
            http.headers().set(HttpHeaderNames.CONTENT_TYPE, response.contentType());
        }
        if (response.status() != HttpResponseStatus.NO_CONTENT.code()) {
            HttpUtil.setContentLength(http, http.content().readableBytes());
        }
        HttpUtil.setKeepAlive(http, keepAlive);
        ctx.writeAndFlush(http)
                .addListener(keepAlive ? ChannelFutureListener.CLOSE_ON_FAILURE : ChannelFutureListener.CLOSE);
    }

    private void toWebSocket(ChannelHandlerContext ctx, FullHttpRequest http) {
        ChannelPipeline pipeline = ctx.pipeline();
        pipeline.addLast(new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(WEB_SOCKET_PATH)
                .checkStartsWith(true)
                .subprotocols("mqtt")
                .maxFramePayloadLength(MAX_BODY_BYTES)
                .build()));
        pipeline.addLast(new WebSocketFrames());
        MqttPipeline.addTo(pipeline, hub);
        ctx.fireChannelRead(http.retain());
        pipeline.remove(this);
    }
}

package io.edgeagent.simulator.rest;

import io.edgeagent.protocol.HubError;
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
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
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

    private final SimulatedHub hub;
    private final Routes routes;

    private RestHandler(SimulatedHub hub, Registrar provisioning) {
        this.hub = hub;
        routes = new Routes(hub, provisioning);
    }

    public static void addTo(ChannelPipeline pipeline, SimulatedHub hub, Registrar provisioning) {
        pipeline.addLast(new HttpServerCodec());
        pipeline.addLast(new HttpObjectAggregator(MAX_BODY_BYTES));
        pipeline.addLast(new RestHandler(hub, provisioning));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest http) {
        if (http.uri().startsWith(WEB_SOCKET_PATH)) {
            toWebSocket(ctx, http);
            return;
        }
        boolean keepAlive = HttpUtil.isKeepAlive(http);
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

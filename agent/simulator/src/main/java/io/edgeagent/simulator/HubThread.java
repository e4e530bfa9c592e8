package io.edgeagent.simulator;

import io.edgeagent.simulator.hub.HubException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The one thread to which the hub and all its connections belong. Others hand it their tasks and wait. */
final class HubThread implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("hub-simulator", true), NioIoHandler.newFactory());

    EventLoopGroup eventLoops() {
        return group;
    }

    ScheduledExecutorService timer() {
        return group.next();
    }

    /** @throws HubException what the task throws */
    void run(Runnable task) {
        join(CompletableFuture.runAsync(task, group));
    }

    /** @throws HubException what the task throws */
    <T> T call(Supplier<T> task) {
        return join(CompletableFuture.supplyAsync(task, group));
    }

    /** Waits for something that the hub's thread is to complete. */
    static <T> T join(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HubException refused) {
                throw refused;
            }
            throw new IllegalStateException("the simulator failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the simulator worked", e);
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

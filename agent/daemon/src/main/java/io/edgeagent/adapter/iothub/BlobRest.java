package io.edgeagent.adapter.iothub;

import io.edgeagent.remote.BlobStore;
import io.edgeagent.remote.SasUrl;
import io.edgeagent.upstream.Upstream;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;

/** {@link BlobStore} on Azure's Blob service REST API, on the way that everything else to the cloud takes, its proxy too. */
public final class BlobRest implements BlobStore {
    private final SSLContext tls;
    private final Upstream upstream;
    private final InstantSource clock;
    private final Pause pause;

    /** Waits. */
    public interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /** @param pause waits before a block is sent again */
    public BlobRest(SSLContext tls, Upstream upstream, InstantSource clock, Pause pause) {
        this.tls = tls;
        this.upstream = upstream;
        this.clock = clock;
        this.pause = pause;
    }

    @Override
    public Upload open(SasUrl container, Blob blob) throws IOException {
        HubSocketFactory sockets = HubSocketFactory.upload(tls.getSocketFactory(), upstream.current());
        return BlobUpload.begin(new BlobRequests(container, sockets, clock, pause), blob);
    }
}

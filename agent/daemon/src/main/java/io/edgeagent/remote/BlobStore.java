package io.edgeagent.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** A storage that takes files, which it calls blobs. */
public interface BlobStore {

    /**
     * Begins a blob. What is written goes there in blocks, each repeated until it is there or there is no more hope.
     *
     * @throws IOException in words for a person, without secrets
     */
    Upload open(SasUrl container, Blob blob) throws IOException;

    /**
     * What is to be made.
     *
     * @param name path below the container
     * @param append whether what was sent so far can be read at once; else it appears when it is whole
     */
    record Blob(String name, boolean append, String contentType, Optional<String> contentEncoding) {}

    /** A blob that is being written. One thread. Writes throw IOException in words for a person, without secrets. */
    abstract class Upload extends OutputStream {
        /** Sends what is left: the blob is whole. */
        public abstract void commit() throws IOException;

        /** Ends the connection. What was not committed is lost, or stays as it is if it is one to append to. */
        @Override
        public abstract void close();
    }
}

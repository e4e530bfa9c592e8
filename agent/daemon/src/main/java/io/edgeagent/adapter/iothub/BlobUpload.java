package io.edgeagent.adapter.iothub;

import io.edgeagent.protocol.Percent;
import io.edgeagent.remote.BlobStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A blob on its way, in blocks of 256 kB: one is kept until the storage has it. An append blob grows block by block; a block blob is
 * there when the list of its blocks is.
 */
final class BlobUpload extends BlobStore.Upload {
    private static final int BLOCK = 256 << 10;
    /** That a blob can have, of either kind. */
    private static final int MOST_BLOCKS = 50_000;

    private static final int POSITION_TAKEN = 412;

    private final BlobRequests requests;
    private final BlobStore.Blob blob;
    private final String path;
    private final byte[] block = new byte[BLOCK];
    private int length;
    private int blocks;
    private long sent;

    private BlobUpload(BlobRequests requests, BlobStore.Blob blob) {
        this.requests = requests;
        this.blob = blob;
        this.path =
                Arrays.stream(blob.name().split("/", -1)).map(Percent::encode).collect(Collectors.joining("/"));
    }

    /** An append blob is made at once, which also tells whether anything can be written there. */
    static BlobUpload begin(BlobRequests requests, BlobStore.Blob blob) throws IOException {
        BlobUpload upload = new BlobUpload(requests, blob);
        if (blob.append()) {
            Map<String, String> headers = upload.properties();
            headers.put("x-ms-blob-type", "AppendBlob");
            requests.put(upload.path, "", headers, upload.block, 0, 0);
        }
        return upload;
    }

    private Map<String, String> properties() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("x-ms-blob-content-type", blob.contentType());
        blob.contentEncoding().ifPresent(encoding -> headers.put("x-ms-blob-content-encoding", encoding));
        return headers;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
        for (int done = 0; done < count; ) {
            int part = Math.min(count - done, BLOCK - length);
            System.arraycopy(bytes, from + done, block, length, part);
            length += part;
            done += part;
            if (length == BLOCK) {
                send();
            }
        }
    }

    private void send() throws IOException {
        if (blocks >= MOST_BLOCKS) {
            throw new Explained.Failure("it is larger than a blob can be, " + (sent >> 20) + " MB: narrow the filter");
        }
        if (blob.append()) {
            // at its place or not at all: a block whose answer was lost must not be there twice
            requests.put(
                    path,
                    "comp=appendblock",
                    Map.of("x-ms-blob-condition-appendpos", String.valueOf(sent)),
                    block,
                    length,
                    POSITION_TAKEN);
        } else {
            requests.put(path, "comp=block&blockid=" + Percent.encode(id(blocks)), Map.of(), block, length, 0);
        }
        blocks++;
        sent += length;
        length = 0;
    }

    /** All ids of a blob have the same length. */
    private static String id(int number) {
        return Base64.getEncoder()
                .encodeToString(String.format(Locale.ROOT, "%09d", number).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void commit() throws IOException {
        if (length > 0) {
            send();
        }
        if (!blob.append()) {
            StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
            for (int number = 0; number < blocks; number++) {
                list.append("<Latest>").append(id(number)).append("</Latest>");
            }
            byte[] body = list.append("</BlockList>").toString().getBytes(StandardCharsets.US_ASCII);
            requests.put(path, "comp=blocklist", properties(), body, body.length, 0);
        }
    }

    @Override
    public void close() {
        requests.close();
    }
}

package io.edgeagent.x509;

import java.util.Arrays;

/** Reads DER, X.690, element by element. Bytes that are not DER always end in {@link PemException}. */
final class DerReader {
    /** One element; tags above 30 are not read. */
    static final class Element {
        final int tag;
        final byte[] content;

        private Element(int tag, byte[] content) {
            this.tag = tag;
            this.content = content;
        }

        DerReader inside() {
            return new DerReader(content);
        }
    }

    private final byte[] bytes;
    private int position;

    DerReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean hasNext() {
        return position < bytes.length;
    }

    Element next() {
        int tag = octet();
        int length = length();
        if (length > bytes.length - position) {
            throw damaged();
        }
        byte[] content = Arrays.copyOfRange(bytes, position, position + length);
        position += length;
        return new Element(tag, content);
    }

    Element next(int tag) {
        Element element = next();
        if (element.tag != tag) {
            throw damaged();
        }
        return element;
    }

    private int length() {
        int first = octet();
        if (first < 0x80) {
            return first;
        }
        int octets = first & 0x7f;
        if (octets < 1 || octets > 3) {
            throw damaged();
        }
        int length = 0;
        for (int i = 0; i < octets; i++) {
            length = (length << 8) | octet();
        }
        return length;
    }

    private int octet() {
        if (!hasNext()) {
            throw damaged();
        }
        return bytes[position++] & 0xff;
    }

    private static PemException damaged() {
        return new PemException("it is damaged");
    }
}

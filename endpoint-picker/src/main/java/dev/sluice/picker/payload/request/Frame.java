package dev.sluice.picker.payload.request;

import dev.sluice.picker.payload.json.ByteSink;

/// The marks between the texts of a prompt, so that the hash tells `["ab","c"]` from `["a","bc"]`: single bytes
/// that occur in no UTF-8 text.
enum Frame {
    MESSAGE(0xF5),
    CONTENT(0xF6),
    NEXT(0xF7),
    MEMBER(0xF8),
    STRING(0xF9),
    NUMBER(0xFA),
    LITERAL(0xFB),
    OBJECT(0xFC),
    ARRAY(0xFD),
    CLOSE(0xFE);

    private static final byte[] BYTES = new byte[256];

    static {
        for (int i = 0; i < BYTES.length; i++) {
            BYTES[i] = (byte) i;
        }
    }

    private final int mark;

    Frame(int mark) {
        this.mark = mark;
    }

    void writeTo(ByteSink sink) {
        sink.write(BYTES, mark, mark + 1);
    }
}

package dev.sluice.picker.payload;

/// The marks between the texts of a prompt, so that the hash tells `["ab","c"]` from `["a","bc"]`: single bytes
/// that occur in no UTF-8 text.
enum Frame {
    MESSAGE,
    CONTENT,
    NEXT,
    MEMBER,
    STRING,
    NUMBER,
    LITERAL,
    OBJECT,
    ARRAY,
    CLOSE;

    private static final int FIRST = 0xF6;

    private final byte[] mark = {(byte) (FIRST + ordinal())};

    void writeTo(ByteSink sink) {
        sink.write(mark, 0, 1);
    }
}

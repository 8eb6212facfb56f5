package dev.sluice.picker.payload.json;

/// Gathers the pieces of a string between its escapes: code and prose in lines have an escape every few dozen
/// bytes, and whoever reads the text pays more for a piece than for copying it.
final class TextRun {
    private static final int ROOM = 2048;
    /// Pieces that are worth their own way.
    private static final int LARGE = 512;

    private final JsonEvents events;
    /// Made when the first escape comes: most strings have none.
    private byte[] bytes = {};
    private int length;

    TextRun(JsonEvents events) {
        this.events = events;
    }

    void clear() {
        length = 0;
    }

    void add(byte[] a, int from, int to) {
        int piece = to - from;
        if (piece >= LARGE) {
            flush();
            events.text(a, from, to);
            return;
        }
        if (piece > bytes.length - length) {
            makeRoom();
        }
        System.arraycopy(a, from, bytes, length, piece);
        length += piece;
    }

    void add(byte b) {
        if (length == bytes.length) {
            makeRoom();
        }
        bytes[length++] = b;
    }

    /// The last piece before a pause; handed on as it is where none was gathered.
    void end(byte[] a, int from, int to) {
        if (length > 0) {
            add(a, from, to);
            flush();
        } else if (from < to) {
            events.text(a, from, to);
        }
    }

    private void makeRoom() {
        flush();
        if (bytes.length == 0) {
            bytes = new byte[ROOM];
        }
    }

    private void flush() {
        if (length > 0) {
            events.text(bytes, 0, length);
            length = 0;
        }
    }
}

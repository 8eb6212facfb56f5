package dev.sluice.simulator.api;

import java.nio.charset.StandardCharsets;

/// A dialect words the answer to one request as its API does.
///
/// Text comes as ASCII that needs no escaping in JSON.
public interface Dialect {

    /// The bytes that a stream sends before its first text.
    byte[] opening();

    /// An event with the next piece of text.
    byte[] piece(byte[] text);

    /// The bytes that end a stream.
    byte[] closing(Usage usage);

    /// The whole answer when it is not streamed.
    byte[] whole(Usage usage, byte[] text);

    /// The bytes of a text.
    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Three parts in a row.
    static byte[] join(byte[] head, byte[] body, byte[] tail) {
        byte[] all = new byte[head.length + body.length + tail.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        System.arraycopy(tail, 0, all, head.length + body.length, tail.length);
        return all;
    }
}

package dev.sluice.picker.http;

import java.io.ByteArrayOutputStream;

/// The collector of a connection's answers keeps each body until it is whole. The limits of the request bound it.
public abstract class BodyCollector implements AnswerReader {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    /// Takes the body of an answer that has ended.
    protected abstract void collected(byte[] whole);

    @Override
    public final void begin() {
        body.reset();
    }

    @Override
    public final void piece(byte[] bytes, int from, int to) {
        body.write(bytes, from, to - from);
    }

    @Override
    public final void end() {
        collected(body.toByteArray());
    }
}

package dev.sluice.picker.http;

/// The reader of one connection's answers: an answer begins, has pieces, and either ends or fails. A fault of
/// the reader fails the answer.
public interface AnswerReader {
    int OK = 200;

    /// The body of an answer with this status is read; if not, the request fails with [UnexpectedStatus].
    default boolean reads(int status) {
        return status == OK;
    }

    void begin();

    /// @param bytes the connection's own; they are overwritten afterwards
    void piece(byte[] bytes, int from, int to);

    void end();

    void failed(Throwable cause);
}

package dev.sluice.picker.payload.json;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Lends chunks' own arrays to a reader: [ByteString] guards them against writes by copying, and a reader does not
/// write. Memory outside the heap comes piece by piece through an array of the thread's, small enough to stay in the
/// processor's first cache while the reader goes over it.
public final class ChunkArrays extends ByteOutput {
    private static final ThreadLocal<byte[]> PIECE = ThreadLocal.withInitial(() -> new byte[8192]);

    private final ByteSink reader;

    public ChunkArrays(ByteSink reader) {
        this.reader = reader;
    }

    public void read(ByteString chunk) {
        try {
            UnsafeByteOperations.unsafeWriteTo(chunk, this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(byte value) {
        reader.write(new byte[] {value}, 0, 1);
    }

    @Override
    public void write(byte[] array, int offset, int length) {
        reader.write(array, offset, offset + length);
    }

    @Override
    public void writeLazy(byte[] array, int offset, int length) {
        reader.write(array, offset, offset + length);
    }

    @Override
    public void write(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            int from = buffer.arrayOffset() + buffer.position();
            reader.write(buffer.array(), from, from + buffer.remaining());
            return;
        }
        byte[] piece = PIECE.get();
        int at = buffer.position();
        while (at < buffer.limit()) {
            int length = Math.min(piece.length, buffer.limit() - at);
            buffer.get(at, piece, 0, length);
            reader.write(piece, 0, length);
            at += length;
        }
    }

    @Override
    public void writeLazy(ByteBuffer buffer) {
        write(buffer);
    }
}

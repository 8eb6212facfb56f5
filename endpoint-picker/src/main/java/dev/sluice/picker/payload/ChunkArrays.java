package dev.sluice.picker.payload;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/// Lends a chunk's own arrays to a reader: [ByteString] guards them against writes by copying, and a reader does
/// not write.
final class ChunkArrays extends ByteOutput {
    private static final int COPY_BYTES = 8192;

    private final ByteSink reader;

    private ChunkArrays(ByteSink reader) {
        this.reader = reader;
    }

    static void read(ByteString chunk, ByteSink reader) {
        try {
            UnsafeByteOperations.unsafeWriteTo(chunk, new ChunkArrays(reader));
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
        ByteBuffer direct = buffer.duplicate();
        byte[] copy = new byte[Math.min(COPY_BYTES, direct.remaining())];
        while (direct.hasRemaining()) {
            int length = Math.min(copy.length, direct.remaining());
            direct.get(copy, 0, length);
            reader.write(copy, 0, length);
        }
    }

    @Override
    public void writeLazy(ByteBuffer buffer) {
        write(buffer);
    }
}

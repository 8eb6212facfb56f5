package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes members of a request's body and leaves every other byte as it is: the chunks around them are shared, not
/// copied.
public final class BodySplice {
    private BodySplice() {}

    /// The body as it goes on to an engine.
    ///
    /// @param scanned what the scan of the body found
    /// @param served the name of the model that it is to have, or null where it stays as it is
    /// @param askUsage whether it is to ask for token counts, which must be possible then
    public static List<ByteString> apply(
            List<ByteString> chunks, ScannedRequest scanned, @Nullable ModelName served, boolean askUsage) {
        if (!askUsage) {
            return rename(chunks, scanned, served);
        }
        // What stands further back goes first, so that the other stays where it was found.
        if (!scanned.modelField().isPresent()
                || scanned.usageField().at() > scanned.modelField().span().from()) {
            return rename(scanned.usageField().ask(chunks), scanned, served);
        }
        return scanned.usageField().ask(rename(chunks, scanned, served));
    }

    private static List<ByteString> rename(
            List<ByteString> chunks, ScannedRequest scanned, @Nullable ModelName served) {
        if (served == null) {
            return chunks;
        }
        if (scanned.isForm()) {
            return replace(chunks, scanned.modelField().span(), ByteString.copyFromUtf8(served.value()));
        }
        return scanned.modelField().isPresent()
                ? ModelSplice.replace(chunks, scanned.modelField().span(), served)
                : ModelSplice.insert(chunks, served);
    }

    /// The body with other bytes in place of the bytes of `span`; an empty span inserts.
    static List<ByteString> replace(List<ByteString> chunks, ByteSpan span, ByteString with) {
        List<ByteString> spliced = new ArrayList<>(chunks.size() + 2);
        boolean placed = false;
        long start = 0;
        for (ByteString chunk : chunks) {
            long end = start + chunk.size();
            addNonEmpty(spliced, part(chunk, 0, span.from() - start));
            if (!placed && span.from() <= end) {
                spliced.add(with);
                placed = true;
            }
            addNonEmpty(spliced, part(chunk, span.to() - start, chunk.size()));
            start = end;
        }
        return spliced;
    }

    /// The bytes of the chunk in a range that may begin before it and end after it.
    private static ByteString part(ByteString chunk, long from, long to) {
        int begin = Math.clamp(from, 0, chunk.size());
        int end = Math.clamp(to, 0, chunk.size());
        if (begin >= end) {
            return ByteString.EMPTY;
        }
        return end - begin == chunk.size() ? chunk : chunk.substring(begin, end);
    }

    private static void addNonEmpty(List<ByteString> chunks, ByteString chunk) {
        if (!chunk.isEmpty()) {
            chunks.add(chunk);
        }
    }
}

package dev.sluice.picker.extproc;

import com.google.protobuf.ByteString;
import dev.sluice.picker.payload.response.AnswerEdits;
import dev.sluice.picker.payload.response.ResponseScan;
import org.jspecify.annotations.Nullable;

/// The filter of an answer reads it while it passes, and changes it.
final class AnswerFilter {
    /// Nothing is read, and nothing changed.
    static final AnswerFilter NONE = new AnswerFilter(false, null, null, null);

    private final boolean ofEvents;
    private final @Nullable ResponseScan scan;
    private final @Nullable AnswerEdits edits;
    private final @Nullable AnswerProgress progress;

    /// @param ofEvents whether a stream of events is read
    /// @param scan null where nothing is read
    /// @param edits null where nothing is changed
    /// @param progress is told what is read
    AnswerFilter(
            boolean ofEvents,
            @Nullable ResponseScan scan,
            @Nullable AnswerEdits edits,
            @Nullable AnswerProgress progress) {
        this.ofEvents = ofEvents;
        this.scan = scan;
        this.edits = edits;
        this.progress = progress;
    }

    boolean isOfEvents() {
        return ofEvents;
    }

    /// The body's length may change on its way.
    boolean changesLength() {
        return edits != null;
    }

    /// Reads a chunk of the body.
    ///
    /// @return what of the body can pass now
    ByteString accept(ByteString chunk, boolean last) {
        if (scan != null) {
            scan.accept(chunk);
            if (progress != null && scan.sawFirstToken()) {
                progress.firstToken();
            }
        }
        if (edits == null) {
            return chunk;
        }
        ByteString edited = edits.accept(chunk);
        return last ? edited.concat(edits.finish()) : edited;
    }

    /// The bytes that have come and have not passed, without changes.
    ByteString held() {
        return edits == null ? ByteString.EMPTY : edits.held();
    }

    /// The bytes that are left to pass when trailers end the body.
    ByteString finish() {
        return edits == null ? ByteString.EMPTY : edits.finish();
    }

    /// The rest of an event that has begun to pass, when the answer is cut off.
    ByteString cutOff() {
        return edits == null ? ByteString.EMPTY : edits.cutOff();
    }

    /// A stream reported an error after it had begun.
    boolean sawError() {
        return scan != null && scan.sawError();
    }

    /// The answer is whole.
    void end() {
        if (scan != null && progress != null) {
            progress.end(scan.generated(), scan.usage());
        }
    }
}

package dev.sluice.picker.payload.response;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/// The changes of an answer on its way to the client: events that it did not ask for are taken out, and the model
/// gets its name back.
public final class AnswerEdits {
    private final @Nullable UsageCut cut;
    private final @Nullable ErrorNames error;
    private final @Nullable ModelRename rename;

    private AnswerEdits(@Nullable UsageCut cut, @Nullable ErrorNames error, @Nullable ModelRename rename) {
        this.cut = cut;
        this.error = error;
        this.rename = rename;
    }

    /// The edits that are wanted, or null where none is.
    public static @Nullable AnswerEdits of(@Nullable UsageCut cut, @Nullable ModelRename rename) {
        return cut == null && rename == null ? null : new AnswerEdits(cut, null, rename);
    }

    /// The edits of an error: the model gets its name back, in the error's text as well.
    public static AnswerEdits ofError(ErrorNames error, ModelRename rename) {
        return new AnswerEdits(null, error, rename);
    }

    /// The bytes to pass on for a chunk: the same instance where nothing in it changes.
    public ByteString accept(ByteString chunk) {
        ByteString named = error == null ? chunk : error.accept(chunk);
        ByteString kept = cut == null ? named : cut.accept(named);
        return rename == null ? kept : rename.accept(kept);
    }

    /// The bytes that came before and have not been passed on, without changes.
    public ByteString held() {
        ByteString first = rename == null ? ByteString.EMPTY : rename.held();
        ByteString second = cut == null ? first : first.concat(cut.held());
        return error == null ? second : second.concat(error.held());
    }

    /// The bytes that are still held when the answer ends.
    public ByteString finish() {
        ByteString named = error == null ? ByteString.EMPTY : error.finish();
        ByteString kept = cut == null ? named : cut.accept(named).concat(cut.finish());
        if (rename == null) {
            return kept;
        }
        return rename.accept(kept).concat(rename.finish());
    }

    /// The rest of an event that has begun to pass, when the answer is cut off: the client gets no piece of
    /// any other.
    public ByteString cutOff() {
        return rename == null ? ByteString.EMPTY : rename.finish();
    }
}

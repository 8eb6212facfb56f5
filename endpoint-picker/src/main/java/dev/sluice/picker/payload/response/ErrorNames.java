package dev.sluice.picker.payload.response;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.request.ModelSplice;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of an engine's error names the model as the client did: engines write "The model `llama-8b` does
/// not exist", and the client knows of no such model.
///
/// Errors are short: one is held until it ends, and passes as it is once it is longer than an error would be.
public final class ErrorNames {
    private static final int MAX_HELD = 65_536;

    private final Pattern served;
    private final String requested;
    private ByteString held = ByteString.EMPTY;
    private boolean tooLong;

    public ErrorNames(ModelName served, ModelName requested) {
        // A name within a longer one is another model's; a full stop may end a sentence.
        this.served = Pattern.compile("(?<![\\w/:.-])" + Pattern.quote(inJson(served)) + "(?![\\w/:-]|\\.\\w)");
        this.requested = Matcher.quoteReplacement(inJson(requested));
    }

    private static String inJson(ModelName name) {
        String quoted = ModelSplice.jsonString(name.value()).toStringUtf8();
        return quoted.substring(1, quoted.length() - 1);
    }

    /// The bytes that can pass now.
    ByteString accept(ByteString chunk) {
        if (tooLong) {
            return chunk;
        }
        held = held.concat(chunk);
        if (held.size() <= MAX_HELD) {
            return ByteString.EMPTY;
        }
        tooLong = true;
        ByteString all = held;
        held = ByteString.EMPTY;
        return all;
    }

    ByteString held() {
        return held;
    }

    /// The whole error, when it has ended.
    ByteString finish() {
        ByteString all = held;
        held = ByteString.EMPTY;
        if (!all.isValidUtf8()) {
            return all;
        }
        String text = all.toString(UTF_8);
        String renamed = served.matcher(text).replaceAll(requested);
        return renamed.equals(text) ? all : ByteString.copyFromUtf8(renamed);
    }
}

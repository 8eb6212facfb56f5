package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import java.util.List;

/// A body's option says whether a streamed answer ends with token counts, in OpenAI's `stream_options`, and what has
/// to stand there instead so that it does.
public enum UsageOption {
    /// The body asks for them.
    ASKED("", ""),
    /// The body says something that is better not touched: the option twice, in a type that only the engine may
    /// understand, or `continuous_usage_stats`, which would change every event.
    LEFT_ALONE("", ""),
    /// No `stream_options`: a member more, after the body's opening brace.
    ABSENT("", "\"stream_options\":{\"include_usage\":true},"),
    NULL_OPTIONS("null", "{\"include_usage\":true}"),
    /// No member in `stream_options`: one, after its opening brace.
    NO_MEMBERS("", "\"include_usage\":true"),
    /// Others, but not this one: one more, after the opening brace.
    OTHER_MEMBERS("", "\"include_usage\":true,"),
    FALSE("false", "true"),
    NULL("null", "true");

    private final int replaced;
    private final ByteString asking;

    UsageOption(String replaced, String asking) {
        this.replaced = replaced.length();
        this.asking = ByteString.copyFromUtf8(asking);
    }

    /// A body that does not ask can be made to.
    public boolean canAsk() {
        return !asking.isEmpty();
    }

    /// The body, which then asks.
    ///
    /// @param at where it says so, or would
    List<ByteString> ask(List<ByteString> chunks, long at) {
        return BodySplice.replace(chunks, new ByteSpan(at, at + replaced), asking);
    }
}

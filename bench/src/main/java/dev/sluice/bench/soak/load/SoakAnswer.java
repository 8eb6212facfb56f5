package dev.sluice.bench.soak.load;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The end of a request as its client saw it.
///
/// @param ending `complete`, `cut` by the client, or the status with the error's code
/// @param reusable the connection may carry another request
record SoakAnswer(String ending, boolean reusable) {
    static final String COMPLETE = "complete";
    static final String CUT = "cut";

    private static final int OK = 200;
    private static final Pattern CODE = Pattern.compile("\"code\":\\s*\"?(?<code>\\w+)");
    private static final Pattern PREEMPTED = Pattern.compile("\"code\":\"preempted\"");

    static SoakAnswer cut() {
        return new SoakAnswer(CUT, false);
    }

    static SoakAnswer failed(String why) {
        return new SoakAnswer(why, false);
    }

    /// Judges a whole answer.
    ///
    /// @param streamed whether events are to come, of which the last is `[DONE]`
    static SoakAnswer of(int status, boolean streamed, Excerpt body, boolean reusable) {
        String end = body.end();
        if (status != OK) {
            Matcher code = CODE.matcher(body.beginning());
            return new SoakAnswer(code.find() ? status + " " + code.group("code") : Integer.toString(status), reusable);
        }
        if (streamed && !end.contains("[DONE]")) {
            return new SoakAnswer(
                    PREEMPTED.matcher(end).find() ? "preempted in stream" : "a stream without end", reusable);
        }
        return new SoakAnswer(COMPLETE, reusable);
    }

    /// The first and the last bytes of a body, in constant memory.
    static final class Excerpt {
        private static final int MOST = 1_024;

        private final byte[] first = new byte[MOST];
        private final byte[] last = new byte[MOST];
        private long length;

        void add(byte[] from, int offset, int bytes) {
            int begins = (int) Math.min(length, MOST);
            System.arraycopy(from, offset, first, begins, Math.min(bytes, MOST - begins));
            int kept = Math.min(bytes, MOST);
            System.arraycopy(last, kept, last, 0, MOST - kept);
            System.arraycopy(from, offset + bytes - kept, last, MOST - kept, kept);
            length += bytes;
        }

        long length() {
            return length;
        }

        String beginning() {
            return new String(first, 0, (int) Math.min(length, MOST), StandardCharsets.ISO_8859_1);
        }

        String end() {
            int kept = (int) Math.min(length, MOST);
            return new String(last, MOST - kept, kept, StandardCharsets.ISO_8859_1);
        }
    }
}

package dev.sluice.picker.payload.request;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import dev.sluice.picker.payload.json.ChunkArrays;
import dev.sluice.picker.payload.json.TextBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The scan of a form (`multipart/form-data`), which finds its field `model` and where its value stands.
///
/// A form that cannot be read names no model: the engine judges it. One with two models is malformed, because the
/// engine may take another than the picker.
public final class FormScan implements BodyScan {
    private static final Pattern BOUNDARY = Pattern.compile(
            ";\\s*boundary=(?:\"([ -~&&[^\"]]{1,128})\"|([!-~&&[^;\"]]{1,128}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern DISPOSITION =
            Pattern.compile("^content-disposition:([^\\r\\n]*)", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
    private static final Pattern NAMES_MODEL =
            Pattern.compile(";\\s*name=(?:\"model\"|model\\s*(?:;|$))", Pattern.CASE_INSENSITIVE);
    private static final String FORM = "multipart/form-data";
    /// A longer head belongs to no field of the form's.
    private static final int LONGEST_HEAD = 4096;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

    /// The position tells which bytes come next.
    private enum FormPosition {
        /// A part's value, or what stands before the first part: anything up to a delimiter.
        VALUE,
        /// The rest of a delimiter's line.
        DELIMITER_LINE,
        HEAD,
        END
    }

    private final ScanLimits limits;
    private final ChunkArrays arrays = new ChunkArrays(this::scan);
    /// A line end, and what begins a delimiter's line; no byte but the first is a carriage return.
    private final byte[] delimiter;

    private FormPosition position = FormPosition.VALUE;
    private long offset;
    private int matched;
    private boolean atLineBegin;
    private boolean last;
    private final TextBuffer text = new TextBuffer();
    private boolean inModel;
    private long valueBegan;
    private ByteSpan modelSpan = ByteSpan.NONE;
    private @Nullable ModelName model;
    private ScanResult.@Nullable Malformed malformed;

    private FormScan(String boundary, ScanLimits limits) {
        this.limits = limits;
        this.delimiter = ("\r\n--" + boundary).getBytes(US_ASCII);
        // The first delimiter needs no line end before it.
        this.matched = 2;
    }

    /// The content type is that of a form.
    public static boolean isForm(String contentType) {
        return contentType.regionMatches(true, 0, FORM, 0, FORM.length());
    }

    /// The scan for forms of a content type, or null where it does not say how their parts are told apart.
    public static @Nullable FormScan of(String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            return null;
        }
        String quoted = boundary.group(1);
        return new FormScan(quoted == null ? requireNonNull(boundary.group(2)) : quoted, ScanLimits.DEFAULTS);
    }

    @Override
    public boolean accept(ByteString chunk) {
        if (malformed == null && position != FormPosition.END) {
            arrays.read(chunk);
        }
        return malformed == null;
    }

    @Override
    public ScanResult finish() {
        if (malformed != null) {
            return malformed;
        }
        return new ScanResult.Parsed(ScannedRequest.ofForm(new ScannedRequest.ModelField(model, modelSpan)));
    }

    private void scan(byte[] a, int from, int to) {
        int i = from;
        while (i < to && malformed == null && position != FormPosition.END) {
            i = switch (position) {
                case VALUE -> value(a, i, to, offset - from);
                case DELIMITER_LINE -> delimiterLine(a[i], i);
                case HEAD -> head(a, i, offset - from);
                case END -> to;
            };
        }
        offset += to - from;
    }

    /// @param shift what makes an index of the array an offset of the body
    private int value(byte[] a, int from, int to, long shift) {
        int i = from;
        while (i < to) {
            byte b = a[i++];
            if (b == delimiter[matched]) {
                matched++;
            } else {
                matched = b == delimiter[0] ? 1 : 0;
            }
            if (matched == delimiter.length) {
                endValue(shift + i - delimiter.length);
                position = FormPosition.DELIMITER_LINE;
                atLineBegin = true;
                last = false;
                break;
            }
            if (!inModel && matched == 0) {
                while (i < to && a[i] != delimiter[0]) {
                    i++;
                }
            }
        }
        if (inModel) {
            collect(a, from, i);
        }
        return i;
    }

    private void collect(byte[] a, int from, int to) {
        if (text.length() + to - from > limits.maxNameBytes() + delimiter.length) {
            malformed =
                    new ScanResult.Malformed("model is longer than " + limits.maxNameBytes() + " bytes", valueBegan);
            return;
        }
        text.write(a, from, to);
        if (position != FormPosition.VALUE) {
            String value = text.toString();
            String name = value.substring(0, value.length() - delimiter.length);
            model = name.isEmpty() ? null : new ModelName(name);
            inModel = false;
        }
    }

    private void endValue(long at) {
        if (inModel) {
            modelSpan = new ByteSpan(valueBegan, at);
        }
    }

    private int delimiterLine(byte b, int i) {
        if (b == '\n') {
            position = FormPosition.HEAD;
            text.clear();
            return i + 1;
        }
        if (atLineBegin && b == '-') {
            position = last ? FormPosition.END : position;
            last = true;
        } else {
            atLineBegin = false;
        }
        return i + 1;
    }

    private int head(byte[] a, int i, long shift) {
        text.write(a, i, i + 1);
        boolean empty = text.length() == 2 && text.endsWith(HEAD_END, 2);
        if (empty || text.endsWith(HEAD_END, HEAD_END.length)) {
            beginValue(isModel(text.toString()), shift + i + 1);
        } else if (text.length() > LONGEST_HEAD) {
            beginValue(false, shift + i + 1);
        }
        return i + 1;
    }

    private void beginValue(boolean ofModel, long at) {
        if (ofModel && !modelSpan.equals(ByteSpan.NONE)) {
            malformed = new ScanResult.Malformed("duplicate field model", at);
            return;
        }
        inModel = ofModel;
        valueBegan = at;
        text.clear();
        matched = 0;
        position = FormPosition.VALUE;
    }

    private static boolean isModel(String head) {
        Matcher disposition = DISPOSITION.matcher(head);
        return disposition.find()
                && NAMES_MODEL.matcher(requireNonNull(disposition.group(1))).find();
    }
}

package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;
import dev.sluice.picker.identity.ModelName;
import java.util.List;

/// Replaces the model's name in a body and leaves every other byte as it is: the chunks around it are shared, not
/// copied.
public final class ModelSplice {
    private ModelSplice() {}

    /// The body with the JSON string at `span` replaced by `name`.
    public static List<ByteString> replace(List<ByteString> chunks, ByteSpan span, ModelName name) {
        return BodySplice.replace(chunks, span, jsonString(name.value()));
    }

    /// The body, a JSON object without a model's name, with `name` as its first member.
    public static List<ByteString> insert(List<ByteString> chunks, ModelName name) {
        ByteString body = ByteString.copyFrom(chunks);
        int brace = 0;
        while (body.byteAt(brace) != '{') {
            brace++;
        }
        int next = brace + 1;
        while (isSpace(body.byteAt(next))) {
            next++;
        }
        ByteString member = ByteString.copyFromUtf8("\"model\":").concat(jsonString(name.value()));
        return List.of(
                body.substring(0, brace + 1),
                body.byteAt(next) == '}' ? member : member.concat(ByteString.copyFromUtf8(",")),
                body.substring(brace + 1));
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\n' || b == '\r';
    }

    /// The number of bytes by which the body grows.
    public static long growth(ByteSpan span, ModelName name) {
        return jsonString(name.value()).size() - (span.to() - span.from());
    }

    public static ByteString jsonString(String value) {
        StringBuilder json = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return ByteString.copyFromUtf8(json.append('"').toString());
    }
}

package dev.sluice.simulator.http;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The fault that a client asks for its own request with the header `x-sim-fault`: `error=503` or `drop=5`.
record RequestFault(OptionalInt error, OptionalInt drop) {
    static final String HEADER = "x-sim-fault";
    private static final RequestFault NONE = new RequestFault(OptionalInt.empty(), OptionalInt.empty());

    static RequestFault of(@Nullable String header) {
        if (header == null) {
            return NONE;
        }
        int equals = header.indexOf('=');
        String kind = equals < 0 ? header : header.substring(0, equals);
        String value = equals < 0 ? "" : header.substring(equals + 1);
        return switch (kind) {
            case "error" -> new RequestFault(number(value, 500), OptionalInt.empty());
            case "drop" -> new RequestFault(OptionalInt.empty(), number(value, 1));
            default -> NONE;
        };
    }

    private static OptionalInt number(String text, int otherwise) {
        boolean valid = !text.isEmpty() && text.length() < 7 && text.chars().allMatch(Character::isDigit);
        return OptionalInt.of(valid ? Integer.parseInt(text) : otherwise);
    }
}

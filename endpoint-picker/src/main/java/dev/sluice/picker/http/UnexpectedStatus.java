package dev.sluice.picker.http;

import java.io.IOException;

/// A server's answer whose status is not that of the wanted page.
public final class UnexpectedStatus extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    UnexpectedStatus(String address, int code) {
        super(address + " answers with status " + code);
        this.code = code;
    }

    public int code() {
        return code;
    }
}

package dev.sluice.picker.extproc.message;

import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.Locale;

/// The headers of a response, as far as the picker needs them.
///
/// @param status 0 where the proxy does not tell it
/// @param contentType in lower case
public record AnswerHead(int status, String contentType, String encoding) {
    public static final AnswerHead UNKNOWN = new AnswerHead(0, "", "");

    private static final int FIRST_ERROR_STATUS = 400;

    public static AnswerHead read(HeaderMap headers) {
        String status = "";
        String contentType = "";
        String encoding = "";
        for (HeaderValue header : headers.getHeadersList()) {
            switch (header.getKey()) {
                case Headers.STATUS -> status = RequestHead.value(header);
                case Headers.CONTENT_TYPE ->
                    contentType = RequestHead.value(header).toLowerCase(Locale.ROOT);
                case Headers.CONTENT_ENCODING -> encoding = RequestHead.value(header);
                default -> {}
            }
        }
        return new AnswerHead(status.isEmpty() ? 0 : Integer.parseInt(status), contentType, encoding);
    }

    public boolean isError() {
        return status >= FIRST_ERROR_STATUS;
    }

    /// The body is a stream of server-sent events.
    public boolean isEventStream() {
        return contentType.startsWith("text/event-stream");
    }

    /// The body's bytes are those of its content type.
    public boolean isPlain() {
        return encoding.isEmpty() || encoding.equals("identity");
    }
}

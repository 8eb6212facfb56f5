package dev.sluice.picker.payload.response;

/// The amount that a stream has generated, counted without reading its text.
///
/// @param events with content, the first one included; a few at the end may have none
/// @param textBytes of content, about
public record Generated(long events, long textBytes) {
    static final Generated NOTHING = new Generated(0, 0);
}

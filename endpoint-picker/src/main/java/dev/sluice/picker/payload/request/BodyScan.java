package dev.sluice.picker.payload.request;

import com.google.protobuf.ByteString;

/// The scan of one request body, chunk by chunk as it arrives.
public interface BodyScan {
    /// Takes the next bytes of the body, which may end anywhere.
    ///
    /// @return false once the body cannot become valid any more, whatever follows
    boolean accept(ByteString chunk);

    /// The result, once the whole body was accepted.
    ScanResult finish();
}

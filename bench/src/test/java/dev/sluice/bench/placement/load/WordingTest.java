package dev.sluice.bench.placement.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WordingTest {
    @Test
    void equalNumbersAreEqualTextsAndOthersAreNot() {
        assertThat(text(4, new Piece(7, 100))).isEqualTo(text(4, new Piece(7, 100)));
        assertThat(text(4, new Piece(7, 100))).startsWith(text(4, new Piece(7, 40)));
        assertThat(text(4, new Piece(8, 16))).isNotEqualTo(text(4, new Piece(7, 16)));
    }

    /// llm-d-inference-sim's tokenizer: punctuation marks and words, each with the space behind it.
    @ParameterizedTest
    @ValueSource(doubles = {3, 3.5, 4, 4.3, 5, 6, 7})
    void aPieceHasAWordForEachTokenAndTheBytesThatAreAskedFor(double bytesPerToken) {
        String text = text(bytesPerToken, new Piece(3, 2_000));
        assertThat(text.split("(?<=\\s)")).hasSize(2_000);
        assertThat(text.replaceAll("[a-z]+ ", "")).isEmpty();
        assertThat(text.length() / 2_000.0).isBetween(bytesPerToken - 0.05, bytesPerToken + 0.05);
    }

    @Test
    void saysForWhichLengthsThereAreWords() {
        assertThatThrownBy(() -> new Wording(9))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--bytes-per-token 9.0: there are words for 3 to 7");
    }

    private static String text(double bytesPerToken, Piece piece) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new Wording(bytesPerToken).write(piece, bytes);
        return bytes.toString(StandardCharsets.US_ASCII);
    }
}

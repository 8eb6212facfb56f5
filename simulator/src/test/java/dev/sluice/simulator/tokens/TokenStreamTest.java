package dev.sluice.simulator.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenStreamTest {
    private static final String MODEL = "llama";

    @Test
    void tokensAreBytesDividedByFourRoundedUp() {
        assertThat(new PromptBuilder().text("12345").build(MODEL).promptTokens())
                .isEqualTo(2);
        assertThat(new PromptBuilder().text("ééé").build(MODEL).promptTokens()).isEqualTo(2);
        assertThat(new PromptBuilder().token(1).token(2).build(MODEL).promptTokens())
                .isEqualTo(2);
    }

    @Test
    void generatedTextIsTheSameForTheSamePrompt() {
        byte[] first = new PromptBuilder().text("abc").build(MODEL).text(0, 50);
        byte[] second = new PromptBuilder().text("abc").build(MODEL).text(0, 50);
        byte[] other = new PromptBuilder().text("abd").build(MODEL).text(0, 50);
        assertThat(first).hasSize(200).isEqualTo(second).isNotEqualTo(other);
        assertThat(new String(first, StandardCharsets.US_ASCII)).matches("([a-z]{3} ){50}");
    }

    @Test
    void anAnswerThatComesBackHasTheHashesItWasGeneratedWith() {
        TokenStream before = new PromptBuilder()
                .turn("user", "tell me ".repeat(20))
                .open("assistant")
                .build(MODEL);
        String answer = new String(before.text(0, 100), StandardCharsets.US_ASCII);
        TokenStream after = new PromptBuilder()
                .turn("user", "tell me ".repeat(20))
                .turn("assistant", answer)
                .turn("user", "more")
                .open("assistant")
                .build(MODEL);
        int whole = (before.promptTokens() + 100) / 16;
        assertThat(whole).isGreaterThan(8);
        for (int i = 0; i < whole; i++) {
            assertThat(after.hash(i)).isEqualTo(before.hash(i));
        }
        assertThat(after.hash(whole)).isNotEqualTo(before.hash(whole));
    }

    @Test
    void hashesDifferBetweenModelsAndFromTheFirstDifferenceOn() {
        TokenStream base = new PromptBuilder().text("x".repeat(640)).build(MODEL);
        TokenStream adapter = new PromptBuilder().text("x".repeat(640)).build("sql");
        TokenStream late = new PromptBuilder()
                .text("x".repeat(320) + "y" + "x".repeat(319))
                .build(MODEL);
        assertThat(adapter.hash(0)).isNotEqualTo(base.hash(0));
        assertThat(late.hash(4)).isEqualTo(base.hash(4));
        assertThat(late.hash(5)).isNotEqualTo(base.hash(5));
        assertThat(late.hash(9)).isNotEqualTo(base.hash(9));
    }

    @Test
    void answersHaveTwoHundredTokensOnAverage() {
        double mean = IntStream.range(0, 20_000)
                .map(i -> new PromptBuilder().text("prompt " + i).build(MODEL).answerTokens())
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(200, within(6.0));
    }
}

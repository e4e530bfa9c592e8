package io.edgeagent.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeagent.model.PulledImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ImageCleanupTest {
    private static final Duration WEEK = Duration.ofDays(7);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ImageCleanup CLEANUP = ImageCleanup.DEFAULT;

    @Test
    void the_clock_of_an_image_starts_when_it_is_first_seen_unused() {
        List<LocalImage> board = List.of(local("a", "acr.io/a:1"));

        List<PulledImage> first = CLEANUP.observe(List.of(pulled("a", "acr.io/a:1")), board, Set.of(), WEEK);
        List<PulledImage> second = CLEANUP.observe(first, board, Set.of(), HOUR);

        assertThat(first.get(0).unusedFor()).contains(Duration.ZERO);
        assertThat(second.get(0).unusedFor()).contains(HOUR);
    }

    @Test
    void a_use_in_between_starts_it_again() {
        List<PulledImage> before = List.of(unused("a", WEEK, "acr.io/a:1"));

        List<PulledImage> after = CLEANUP.observe(before, List.of(local("a", "acr.io/a:1")), Set.of("a"), HOUR);

        assertThat(after.get(0).unusedFor()).isEmpty();
        assertThat(before.get(0).pulledAs("acr.io/a:2").unusedFor()).isEmpty();
    }

    @Test
    void an_image_that_left_the_board_is_forgotten() {
        assertThat(CLEANUP.observe(List.of(unused("a", WEEK, "acr.io/a:1")), List.of(), Set.of(), HOUR))
                .isEmpty();
    }

    @Test
    void an_image_goes_when_it_reached_the_age() {
        List<LocalImage> board = List.of(local("a", "acr.io/a:1"), local("b", "acr.io/b:1"));
        List<PulledImage> ours =
                List.of(unused("a", WEEK, "acr.io/a:1"), unused("b", WEEK.minusSeconds(1), "acr.io/b:1"));

        assertThat(CLEANUP.removable(ours, board, false)).containsExactly(board.get(0));
    }

    @Test
    void a_short_disk_takes_the_longest_unused_first() {
        List<LocalImage> board = List.of(local("a", "acr.io/a:1"), local("b", "acr.io/b:1"), local("c", "acr.io/c:1"));
        List<PulledImage> ours = List.of(
                unused("a", Duration.ZERO, "acr.io/a:1"), unused("b", HOUR, "acr.io/b:1"), pulled("c", "acr.io/c:1"));

        assertThat(CLEANUP.removable(ours, board, true)).containsExactly(board.get(1), board.get(0));
    }

    @Test
    void a_name_that_somebody_else_gave_keeps_the_image() {
        List<PulledImage> ours = List.of(unused("a", WEEK, "acr.io/a:1"));

        assertThat(CLEANUP.removable(ours, List.of(local("a", "acr.io/a:1", "mine:1")), true))
                .isEmpty();
        assertThat(CLEANUP.removable(ours, List.of(local("a", "acr.io/a:stable")), true))
                .isEmpty();
        assertThat(CLEANUP.removable(ours, List.of(local("a", "acr.io/a:1", "acr.io/other@sha256:1")), true))
                .isEmpty();
    }

    @Test
    void digests_of_the_repository_and_lost_tags_do_not_keep_it() {
        List<PulledImage> ours = List.of(unused("a", WEEK, "acr.io:5000/a:1"));

        assertThat(CLEANUP.removable(ours, List.of(local("a", "acr.io:5000/a:1", "acr.io:5000/a@sha256:1")), false))
                .hasSize(1);
        assertThat(CLEANUP.removable(ours, List.of(local("a", "acr.io:5000/a@sha256:1")), false))
                .hasSize(1);
        assertThat(CLEANUP.removable(ours, List.of(local("a")), false)).hasSize(1);
    }

    @Test
    void docker_hub_may_be_written_out_or_not() {
        assertThat(CLEANUP.removable(
                        List.of(unused("a", WEEK, "docker.io/library/busybox:1")),
                        List.of(local("a", "busybox:1", "busybox@sha256:1")),
                        false))
                .hasSize(1);
        assertThat(CLEANUP.removable(
                        List.of(unused("a", WEEK, "me/led:1")), List.of(local("a", "docker.io/me/led:1")), false))
                .hasSize(1);
    }

    @Test
    void switched_off_nothing_goes_even_from_a_full_disk() {
        assertThat(new ImageCleanup(false, WEEK)
                        .removable(List.of(unused("a", WEEK, "a:1")), List.of(local("a", "a:1")), true))
                .isEmpty();
    }

    @Property
    void never_an_image_that_is_needed_or_not_ours_or_named_by_others(
            @ForAll("boards") List<LocalImage> board,
            @ForAll("ours") List<PulledImage> ours,
            @ForAll("ids") Set<String> inUse,
            @ForAll("ids") Set<String> inDeployment,
            @ForAll boolean diskShort) {
        Set<String> needed = new HashSet<>(inUse);
        needed.addAll(inDeployment);

        List<PulledImage> observed = new ArrayList<>(ours);
        for (int hour = 0; hour < 3; hour++) {
            observed = new ArrayList<>(CLEANUP.observe(observed, board, needed, Duration.ofDays(4)));
        }
        List<LocalImage> removable = CLEANUP.removable(observed, board, diskShort);

        assertThat(removable).doesNotHaveDuplicates().isSubsetOf(board).allSatisfy(image -> {
            assertThat(needed).doesNotContain(image.id());
            assertThat(ours)
                    .anyMatch(known ->
                            known.id().equals(image.id()) && known.names().containsAll(image.names()));
        });
    }

    @Provide
    Arbitrary<Set<String>> ids() {
        return id().set().ofMaxSize(4);
    }

    @Provide
    Arbitrary<List<LocalImage>> boards() {
        return Combinators.combine(id(), names()).as(LocalImage::new).list().uniqueElements(LocalImage::id);
    }

    @Provide
    Arbitrary<List<PulledImage>> ours() {
        Arbitrary<Optional<Duration>> unused =
                Arbitraries.longs().between(0, 20).map(Duration::ofDays).optional();
        return Combinators.combine(id(), names(), unused)
                .as(PulledImage::new)
                .list()
                .uniqueElements(PulledImage::id);
    }

    private static Arbitrary<String> id() {
        return Arbitraries.of("a", "b", "c", "d", "e", "f");
    }

    private static Arbitrary<Set<String>> names() {
        return Arbitraries.of("acr.io/a:1", "acr.io/a:2", "acr.io/b:1", "mine:1")
                .set()
                .ofMaxSize(3);
    }

    private static PulledImage pulled(String id, String... names) {
        return new PulledImage(id, Set.of(names), Optional.empty());
    }

    private static PulledImage unused(String id, Duration time, String... names) {
        return new PulledImage(id, Set.of(names), Optional.of(time));
    }

    private static LocalImage local(String id, String... names) {
        return new LocalImage(id, Set.of(names));
    }
}

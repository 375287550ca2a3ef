using System.Security.Cryptography;
using FluentAssertions;
using Kola.Servers.Omaha.UpdatePayloads;
using NUnit.Framework;

namespace Kola.Tests.Servers.Omaha.UpdatePayloads;

/// <summary>What makes no payload, and what is left behind then.</summary>
internal sealed class PayloadWriterTests
{
    [Test]
    public async Task A_key_that_is_too_short_is_refused()
    {
        using var bench = new PayloadBench();
        using var small = RSA.Create(1024);

        await bench.Awaiting(made => made.MakeAsync(PayloadBench.Image(10), key: small)).Should().ThrowAsync<InvalidDataException>().WithMessage("the key has 1024 bits; expected RSA with at least 2048");

        File.Exists(bench["update.gz"]).Should().BeFalse();
    }

    [Test]
    public async Task A_format_that_does_not_exist_is_refused()
    {
        using var bench = new PayloadBench();

        await bench.Awaiting(made => made.MakeAsync(PayloadBench.Image(10), format: 3)).Should().ThrowAsync<InvalidDataException>().WithMessage("there is no payload format 3; expected 1 or 2");
    }

    [Test]
    public async Task An_empty_image_and_one_that_is_missing_leave_the_old_payload_as_it_was()
    {
        using var bench = new PayloadBench();
        var (_, before) = await bench.MakeAsync(PayloadBench.Image(10));

        await bench.Awaiting(made => made.MakeAsync([])).Should().ThrowAsync<IOException>().WithMessage("* is empty; expected an image");
        var missing = new PayloadRecipe { Partition = bench["none"] };
        await missing.Awaiting(recipe => PayloadWriter.WriteAsync(recipe, PayloadBench.Key, bench["update.gz"], CancellationToken.None)).Should().ThrowAsync<FileNotFoundException>();

        (await File.ReadAllBytesAsync(bench["update.gz"])).Should().Equal(before);
        Directory.GetFiles(Path.GetDirectoryName(bench["x"])!, "*.unfinished").Should().BeEmpty();
    }

    [Test]
    public async Task An_image_is_never_written_over_by_its_payload()
    {
        using var bench = new PayloadBench();
        await File.WriteAllBytesAsync(bench["usr.img"], [1, 2, 3]);
        var recipe = new PayloadRecipe { Partition = bench["usr.img"] };

        await recipe.Awaiting(made => PayloadWriter.WriteAsync(made, PayloadBench.Key, bench["usr.img"], CancellationToken.None)).Should().ThrowAsync<InvalidDataException>().WithMessage("* give another output");

        (await File.ReadAllBytesAsync(bench["usr.img"])).Should().Equal(1, 2, 3);
    }

    [Test]
    public async Task An_image_that_changes_between_the_two_readings_is_told()
    {
        using var bench = new PayloadBench();
        await File.WriteAllBytesAsync(bench["usr.img"], PayloadBench.Image(5000));
        var plan = await ImagePlan.ReadAsync(bench["usr.img"], 0, CancellationToken.None);

        foreach (var changed in new[] { PayloadBench.Image(5000, seed: 3), PayloadBench.Image(4000), PayloadBench.Image(2_000_000), [] })
        {
            await File.WriteAllBytesAsync(bench["usr.img"], changed);
            var reading = async () => { await foreach (var _ in plan.DataAsync(CancellationToken.None)) { } };
            await reading.Should().ThrowAsync<IOException>().WithMessage("* changed while it was read; *");
        }
    }

    [Test]
    public async Task Memory_does_not_grow_with_the_image()
    {
        using var bench = new PayloadBench();
        await using (var image = File.Create(bench["usr.img"]))
            image.SetLength(96L << 20);
        var recipe = new PayloadRecipe { Partition = bench["usr.img"] };

        var before = GC.GetTotalAllocatedBytes(precise: true);
        await PayloadWriter.WriteAsync(recipe, PayloadBench.Key, bench["update.gz"], CancellationToken.None);
        await using (var payload = File.OpenRead(bench["update.gz"]))
            (await PayloadReader.InspectAsync(payload, PayloadBench.Key, CancellationToken.None)).Problems.Should().BeEmpty();

        (GC.GetTotalAllocatedBytes(precise: true) - before).Should().BeLessThan(32L << 20, "it is a third of the image, which is read three times");
    }
}

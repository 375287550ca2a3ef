using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;
namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImageDownloadTests : IAsyncDisposable
{
    private DownloadableImage site = null!;

    [SetUp]
    public async Task StartAsync() => site = await DownloadableImage.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (site is not null)
            await site.DisposeAsync();
    }

    [Test]
    public async Task A_downloaded_image_is_cached_read_only_and_not_asked_for_again()
    {
        var image = await site.ResolveAsync(site.Entry());

        (await File.ReadAllBytesAsync(image.Disk.Path)).Should().Equal(site.Disk);
        File.GetUnixFileMode(image.Disk.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        (image.Name, image.Release, image.User, image.Sha256).Should().Be(("a", "1", "debian", ReleaseFolder.Sha256(site.Disk)));
        site.Steps().Should().Contain(new ImageProgress("a", ImagePhase.Downloading, site.Disk.Length, site.Disk.Length));
        (await site.ResolveAsync(site.Entry())).Should().BeEquivalentTo(image);
        site.Server.Requests.Should().ContainSingle();
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task A_cut_download_goes_on_where_it_was_cut()
    {
        site.Server.Faults.Enqueue(new() { After = 100_000 });
        site.Server.Faults.Enqueue(new() { After = 200_000 });

        await site.ResolveAsync(site.Entry());

        site.Server.Requests.Should().HaveCount(3);
        site.Server.Requests.Skip(1).Select(request => Start(request.Range)).Should().BeInAscendingOrder().And.OnlyContain(start => start > 0);
    }

    [Test]
    public async Task A_download_goes_on_in_another_process()
    {
        site.Server.Faults.Enqueue(new() { After = 300_000 });
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>().WithMessage("*what came so far is kept*");
        Leftovers().Should().Contain(name => name.EndsWith(".part", StringComparison.Ordinal));

        await site.ResolveAsync(site.Entry());

        Start(site.Server.Requests.Last().Range).Should().BePositive();
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task A_server_that_ignores_Range_makes_the_download_start_anew()
    {
        site.Server.IgnoresRange = true;
        site.Server.Faults.Enqueue(new() { After = 100_000 });

        (await File.ReadAllBytesAsync((await site.ResolveAsync(site.Entry())).Disk.Path)).Should().Equal(site.Disk);
    }

    [Test]
    public async Task A_file_that_changed_between_two_tries_is_downloaded_whole()
    {
        site.Server.Faults.Enqueue(new() { After = 100_000 });
        site.Server.Files["a.img"] = new byte[site.Disk.Length];
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>();
        (site.Server.Files["a.img"], site.Server.ETag) = (site.Disk, "\"2\"");

        (await File.ReadAllBytesAsync((await site.ResolveAsync(site.Entry())).Disk.Path)).Should().Equal(site.Disk);
    }

    [Test]
    public async Task Without_a_validator_a_cut_download_starts_anew()
    {
        site.Server.ETag = null;
        site.Server.Faults.Enqueue(new() { After = 100_000 });

        await site.ResolveAsync(site.Entry());

        site.Server.Requests.Should().HaveCount(2).And.OnlyContain(request => request.Range == null);
    }

    [Test]
    public async Task Wrong_leftovers_of_an_earlier_process_are_thrown_away()
    {
        site.Server.Faults.Enqueue(new() { After = 300_000 });
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>();
        await using (var part = File.OpenWrite(Directory.GetFiles(site.Folder["cache/partial"], "*.part").Single()))
            part.Write("garbage"u8);

        (await File.ReadAllBytesAsync((await site.ResolveAsync(site.Entry())).Disk.Path)).Should().Equal(site.Disk);
    }

    [Test]
    public async Task A_wrong_digest_is_refused_and_nothing_stays()
    {
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(sha256: new string('0', 64)))).Should().ThrowAsync<HostException>()
            .WithMessage($"*is not the image that was pinned: its sha256 is {ReleaseFolder.Sha256(site.Disk)}, expected 000000*");

        Leftovers().Should().BeEmpty();
        site.Server.Requests.Should().ContainSingle();
    }

    [Test]
    public async Task A_missing_file_is_said_at_once()
    {
        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry(file: "b.img"))).Should().ThrowAsync<HostException>().WithMessage("*b.img cannot be downloaded: the server answers 404*move the pin*");

        site.Server.Requests.Should().ContainSingle();
    }

    [Test]
    public async Task A_server_that_is_busy_for_a_while_is_asked_again()
    {
        site.Server.Faults.Enqueue(new() { Status = 503 });
        site.Server.Faults.Enqueue(new() { Status = 500 });

        await site.ResolveAsync(site.Entry());

        site.Steps().Should().Contain(step => step.Detail != null && step.Detail.Contains("503"));
    }

    [Test]
    public async Task A_server_that_stays_busy_ends_in_an_error()
    {
        for (var i = 0; i < 10; i++)
            site.Server.Faults.Enqueue(new() { Status = 503 });

        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry())).Should().ThrowAsync<HostException>().WithMessage("*answers 503*(5 tries in a row)*");

        site.Server.Requests.Should().HaveCount(5);
    }

    [Test]
    public async Task A_server_that_is_not_there_ends_in_an_error()
    {
        var entry = site.Entry();
        await site.Server.DisposeAsync();

        await FluentActions.Awaiting(() => site.ResolveAsync(entry)).Should().ThrowAsync<HostException>().WithMessage("*Connection refused*check the network*");
    }

    [Test]
    public async Task A_server_that_stalls_is_given_up_after_the_bound()
    {
        var time = new FakeTimeProvider();
        for (var i = 0; i < 10; i++)
            site.Server.Faults.Enqueue(new() { After = i == 0 ? 1000 : 0, Stalls = true });

        var resolving = site.ResolveAsync(site.Entry(), time: time);
        while (!resolving.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(resolving, Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System));
        }

        await FluentActions.Awaiting(() => resolving).Should().ThrowAsync<HostException>().WithMessage("*the server sent nothing for 30 s*");
    }

    [Test]
    public async Task A_cancelled_download_is_a_cancellation_and_keeps_what_came()
    {
        using var cancel = new CancellationTokenSource();
        site.Server.Faults.Enqueue(new() { After = 300_000, Stalls = true });
        var resolving = site.ResolveAsync(site.Entry(), cancellation: cancel.Token);
        while (!site.Steps().Any(step => step is { Phase: ImagePhase.Downloading, Done: > 0 }))
            await Task.Yield();
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => resolving).Should().ThrowAsync<OperationCanceledException>();
        await site.ResolveAsync(site.Entry());

        Start(site.Server.Requests.Last().Range).Should().BePositive();
    }

    [TestCase("xz")]
    [TestCase("zstd")]
    [TestCase("gzip")]
    [TestCase("bzip2")]
    public async Task A_compressed_image_is_decompressed_whatever_its_name(string tool)
    {
        site.Server.Files["a.img"] = await CompressAsync(tool);

        var image = await site.ResolveAsync(site.Entry());

        (await File.ReadAllBytesAsync(image.Disk.Path)).Should().Equal(site.Disk);
        image.Sha256.Should().Be(ReleaseFolder.Sha256(site.Disk));
        site.Steps().Should().Contain(step => step.Phase == ImagePhase.Decompressing);
    }

    [TestCase("xz")]
    [TestCase("gzip")]
    public async Task A_damaged_compressed_image_is_refused_and_nothing_counts_as_whole(string tool)
    {
        site.Server.Files["a.img"] = (await CompressAsync(tool))[..^1000];

        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry())).Should().ThrowAsync<HostException>().WithMessage($"*cannot be decompressed: {tool} says*");

        Directory.GetDirectories(site.Folder["cache"], "*sha256-*").Should().BeEmpty();
    }

    [Test]
    public async Task Something_that_is_no_disk_image_is_refused_although_its_digest_is_right()
    {
        site.Server.Files["a.img"] = "<html>moved</html>"u8.ToArray();

        await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry())).Should().ThrowAsync<HostException>().WithMessage("*no disk image*");
    }

    [Test]
    public async Task Two_stores_that_want_the_same_image_share_one_download()
    {
        site.Server.Faults.Enqueue(new() { After = 500_000 });

        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => site.ResolveAsync(site.Entry()))));

        images.Should().OnlyContain(image => image.Disk.Path == images[0].Disk.Path);
        site.Server.Requests.Should().HaveCount(2);
        site.Steps().Should().Contain(step => step.Phase == ImagePhase.Waiting);
    }

    [Test]
    public async Task A_damaged_cache_entry_is_found_thrown_away_and_fetched_again()
    {
        var path = (await site.ResolveAsync(site.Entry())).Disk.Path;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var file = File.OpenWrite(path))
            file.Write("damage"u8);

        (await File.ReadAllBytesAsync((await site.ResolveAsync(site.Entry())).Disk.Path)).Should().Equal(site.Disk);

        site.Server.Requests.Should().HaveCount(2);
        site.Steps().Should().Contain(step => step.Detail != null && step.Detail.Contains("damaged"));
    }

    [TestCase(false, "gzip")]
    [TestCase(true, "none")]
    [TestCase(false, "none")]
    public async Task A_full_disk_is_one_clear_error_and_nothing_stays_that_counts_as_whole(bool hidesLength, string tool)
    {
        if (tool != "none")
            site.Server.Files["a.img"] = await CompressAsync(tool, new byte[512 << 10], RandomNumberGenerator.GetBytes(100 << 10), RandomNumberGenerator.GetBytes(100 << 10));
        var cache = Directory.CreateDirectory(site.Folder["cache"]).FullName;
        var mount = await Cli.Wrap("mount").WithArguments(["-t", "tmpfs", "-o", $"size={(tool == "none" ? 512 : 320)}k", "tmpfs", cache])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        if (!mount.IsSuccess)
            Assert.Inconclusive($"a small file system cannot be mounted here: {mount.StandardError}");
        try
        {
            site.Server.HidesLength = hidesLength;
            await FluentActions.Awaiting(() => site.ResolveAsync(site.Entry())).Should().ThrowAsync<HostException>().WithMessage("the disk is full at*KOLA_CACHE_DIR*");

            Directory.GetDirectories(cache, "*sha256-*").Should().BeEmpty();
            new DriveInfo(cache).AvailableFreeSpace.Should().BePositive();
        }
        finally
        {
            await Cli.Wrap("umount").WithArguments([cache]).ExecuteAsync();
        }
    }

    private List<string> Leftovers() => [.. Directory.GetFileSystemEntries(site.Folder["cache/partial"]).Concat(Directory.GetFileSystemEntries(site.Folder["cache"], ".*"))];

    private static long Start(string? range) => range is null ? 0 : long.Parse(range.Split('=', '-')[1]);

    private Task<byte[]> CompressAsync(string tool) => CompressAsync(tool, site.Disk);

    private static async Task<byte[]> CompressAsync(string tool, params byte[][] content)
    {
        using var packed = new MemoryStream();
        await (PipeSource.FromBytes([.. content.SelectMany(part => part)]) | Cli.Wrap(tool).WithArguments(["-c"]) | PipeTarget.ToStream(packed)).ExecuteAsync();
        return packed.ToArray();
    }
}

using System.Security.Cryptography;
using CliWrap;
using CliWrap.Buffered;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Images;
using Kola.Machines.Images.Catalog;
using Kola.Machines.Images.Downloads;
using Microsoft.Extensions.Time.Testing;
using NUnit.Framework;

namespace Kola.Tests.Machines.Images;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ImageDownloadTests : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly TemporaryFolder folder = new();
    private readonly byte[] disk = [.. RandomNumberGenerator.GetBytes(700 << 10), .. new byte[324 << 10]];
    private readonly List<ImageProgress> progress = [];
    private ImageServer server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        server = await ImageServer.StartAsync();
        server.Files["a.img"] = disk;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        folder.Dispose();
    }

    [Test]
    public async Task A_downloaded_image_is_cached_read_only_and_not_asked_for_again()
    {
        var image = await ResolveAsync(Entry());

        (await File.ReadAllBytesAsync(image.Disk.Path)).Should().Equal(disk);
        File.GetUnixFileMode(image.Disk.Path).Should().Be(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        (image.Name, image.Release, image.User, image.Sha256).Should().Be(("a", "1", "debian", ReleaseFolder.Sha256(disk)));
        progress.Should().Contain(new ImageProgress("a", ImagePhase.Downloading, disk.Length, disk.Length));
        (await ResolveAsync(Entry())).Should().BeEquivalentTo(image);
        server.Requests.Should().ContainSingle();
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task A_cut_download_goes_on_where_it_was_cut()
    {
        server.Faults.Enqueue(new() { After = 100_000 });
        server.Faults.Enqueue(new() { After = 200_000 });

        await ResolveAsync(Entry());

        server.Requests.Should().HaveCount(3);
        server.Requests.Skip(1).Select(request => Start(request.Range)).Should().BeInAscendingOrder().And.OnlyContain(start => start > 0);
    }

    [Test]
    public async Task A_download_goes_on_in_another_process()
    {
        server.Faults.Enqueue(new() { After = 300_000 });
        await FluentActions.Awaiting(() => ResolveAsync(Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>().WithMessage("*what came so far is kept*");
        Leftovers().Should().Contain(name => name.EndsWith(".part", StringComparison.Ordinal));

        await ResolveAsync(Entry());

        Start(server.Requests.Last().Range).Should().BePositive();
        Leftovers().Should().BeEmpty();
    }

    [Test]
    public async Task A_server_that_ignores_Range_makes_the_download_start_anew()
    {
        server.IgnoresRange = true;
        server.Faults.Enqueue(new() { After = 100_000 });

        (await File.ReadAllBytesAsync((await ResolveAsync(Entry())).Disk.Path)).Should().Equal(disk);
    }

    [Test]
    public async Task A_file_that_changed_between_two_tries_is_downloaded_whole()
    {
        server.Faults.Enqueue(new() { After = 100_000 });
        server.Files["a.img"] = new byte[disk.Length];
        await FluentActions.Awaiting(() => ResolveAsync(Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>();
        (server.Files["a.img"], server.ETag) = (disk, "\"2\"");

        (await File.ReadAllBytesAsync((await ResolveAsync(Entry())).Disk.Path)).Should().Equal(disk);
    }

    [Test]
    public async Task Without_a_validator_a_cut_download_starts_anew()
    {
        server.ETag = null;
        server.Faults.Enqueue(new() { After = 100_000 });

        await ResolveAsync(Entry());

        server.Requests.Should().HaveCount(2).And.OnlyContain(request => request.Range == null);
    }

    [Test]
    public async Task Wrong_leftovers_of_an_earlier_process_are_thrown_away()
    {
        server.Faults.Enqueue(new() { After = 300_000 });
        await FluentActions.Awaiting(() => ResolveAsync(Entry(), new() { Attempts = 1 })).Should().ThrowAsync<HostException>();
        await using (var part = File.OpenWrite(Directory.GetFiles(folder["cache/partial"], "*.part").Single()))
            part.Write("garbage"u8);

        (await File.ReadAllBytesAsync((await ResolveAsync(Entry())).Disk.Path)).Should().Equal(disk);
    }

    [Test]
    public async Task A_wrong_digest_is_refused_and_nothing_stays()
    {
        await FluentActions.Awaiting(() => ResolveAsync(Entry(sha256: new string('0', 64)))).Should().ThrowAsync<HostException>()
            .WithMessage($"*is not the image that was pinned: its sha256 is {ReleaseFolder.Sha256(disk)}, expected 000000*");

        Leftovers().Should().BeEmpty();
        server.Requests.Should().ContainSingle();
    }

    [Test]
    public async Task A_missing_file_is_said_at_once()
    {
        await FluentActions.Awaiting(() => ResolveAsync(Entry(file: "b.img"))).Should().ThrowAsync<HostException>().WithMessage("*b.img cannot be downloaded: the server answers 404*move the pin*");

        server.Requests.Should().ContainSingle();
    }

    [Test]
    public async Task A_server_that_is_busy_for_a_while_is_asked_again()
    {
        server.Faults.Enqueue(new() { Status = 503 });
        server.Faults.Enqueue(new() { Status = 500 });

        await ResolveAsync(Entry());

        progress.Should().Contain(step => step.Detail != null && step.Detail.Contains("503"));
    }

    [Test]
    public async Task A_server_that_stays_busy_ends_in_an_error()
    {
        for (var i = 0; i < 10; i++)
            server.Faults.Enqueue(new() { Status = 503 });

        await FluentActions.Awaiting(() => ResolveAsync(Entry())).Should().ThrowAsync<HostException>().WithMessage("*answers 503*(5 tries in a row)*");

        server.Requests.Should().HaveCount(5);
    }

    [Test]
    public async Task A_server_that_is_not_there_ends_in_an_error()
    {
        var entry = Entry();
        await server.DisposeAsync();

        await FluentActions.Awaiting(() => ResolveAsync(entry)).Should().ThrowAsync<HostException>().WithMessage("*Connection refused*check the network*");
    }

    [Test]
    public async Task A_server_that_stalls_is_given_up_after_the_bound()
    {
        var time = new FakeTimeProvider();
        for (var i = 0; i < 10; i++)
            server.Faults.Enqueue(new() { After = i == 0 ? 1000 : 0, Stalls = true });

        var resolving = ResolveAsync(Entry(), time: time);
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
        server.Faults.Enqueue(new() { After = 300_000, Stalls = true });
        var resolving = ResolveAsync(Entry(), cancellation: cancel.Token);
        while (!Steps().Any(step => step is { Phase: ImagePhase.Downloading, Done: > 0 }))
            await Task.Yield();
        await cancel.CancelAsync();

        await FluentActions.Awaiting(() => resolving).Should().ThrowAsync<OperationCanceledException>();
        await ResolveAsync(Entry());

        Start(server.Requests.Last().Range).Should().BePositive();
    }

    [TestCase("xz")]
    [TestCase("zstd")]
    [TestCase("gzip")]
    [TestCase("bzip2")]
    public async Task A_compressed_image_is_decompressed_whatever_its_name(string tool)
    {
        server.Files["a.img"] = await CompressAsync(tool);

        var image = await ResolveAsync(Entry());

        (await File.ReadAllBytesAsync(image.Disk.Path)).Should().Equal(disk);
        image.Sha256.Should().Be(ReleaseFolder.Sha256(disk));
        progress.Should().Contain(step => step.Phase == ImagePhase.Decompressing);
    }

    [TestCase("xz")]
    [TestCase("gzip")]
    public async Task A_damaged_compressed_image_is_refused_and_nothing_counts_as_whole(string tool)
    {
        server.Files["a.img"] = (await CompressAsync(tool))[..^1000];

        await FluentActions.Awaiting(() => ResolveAsync(Entry())).Should().ThrowAsync<HostException>().WithMessage($"*cannot be decompressed: {tool} says*");

        Directory.GetDirectories(folder["cache"], "*sha256-*").Should().BeEmpty();
    }

    [Test]
    public async Task Something_that_is_no_disk_image_is_refused_although_its_digest_is_right()
    {
        server.Files["a.img"] = "<html>moved</html>"u8.ToArray();

        await FluentActions.Awaiting(() => ResolveAsync(Entry())).Should().ThrowAsync<HostException>().WithMessage("*no disk image*");
    }

    [Test]
    public async Task Two_stores_that_want_the_same_image_share_one_download()
    {
        server.Faults.Enqueue(new() { After = 500_000 });

        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ResolveAsync(Entry()))));

        images.Should().OnlyContain(image => image.Disk.Path == images[0].Disk.Path);
        server.Requests.Should().HaveCount(2);
        progress.Should().Contain(step => step.Phase == ImagePhase.Waiting);
    }

    [Test]
    public async Task A_damaged_cache_entry_is_found_thrown_away_and_fetched_again()
    {
        var path = (await ResolveAsync(Entry())).Disk.Path;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using (var file = File.OpenWrite(path))
            file.Write("damage"u8);

        (await File.ReadAllBytesAsync((await ResolveAsync(Entry())).Disk.Path)).Should().Equal(disk);

        server.Requests.Should().HaveCount(2);
        progress.Should().Contain(step => step.Detail != null && step.Detail.Contains("damaged"));
    }

    [TestCase("{0}  a.img\n", 64)]
    [TestCase("# MD5 HASH\nd41d8cd98f00b204e9800998ecf8427e  a.img\n# SHA512 HASH\n{0} *a.img\n", 128)]
    [TestCase("SHA256 (b.img) = 00\nSHA256 (a.img) = {0}\n", 64)]
    public async Task A_digest_can_come_from_a_published_checksum_file_which_is_asked_for_once(string text, int length)
    {
        var digest = length == 64 ? ReleaseFolder.Sha256(disk) : Convert.ToHexStringLower(SHA512.HashData(disk));
        server.Files["SUMS"] = System.Text.Encoding.UTF8.GetBytes(text.Replace("{0}", digest, StringComparison.Ordinal));

        await ResolveAsync(Entry(digest: $"checksums: {server.Address}SUMS"));
        await ResolveAsync(Entry(digest: $"checksums: {server.Address}SUMS"));

        server.Requests.Should().HaveCount(2);
    }

    [Test]
    public async Task A_checksum_file_without_the_image_is_refused()
    {
        server.Files["SUMS"] = "00  other.img\n"u8.ToArray();

        await FluentActions.Awaiting(() => ResolveAsync(Entry(digest: $"checksums: {server.Address}SUMS"))).Should().ThrowAsync<HostException>()
            .WithMessage("*SUMS has no sha256 or sha512 of 'a.img'*");
    }

    [TestCase("image")]
    [TestCase("checksums")]
    public async Task A_signature_is_checked_against_the_given_key_alone(string of)
    {
        server.Files["SUMS"] = System.Text.Encoding.UTF8.GetBytes($"{ReleaseFolder.Sha256(disk)}  a.img\n");
        var signed = folder.Write("signed", of == "image" ? disk : server.Files["SUMS"]);
        await SignAsync("right", signed);
        await SignAsync("wrong", signed);
        server.Files["a.sig"] = await File.ReadAllBytesAsync(folder["right.sig"]);
        string Signed(string key) => $"checksums: {server.Address}SUMS\n    signature: {{url: {server.Address}a.sig, key: {folder[key + ".asc"]}, of: {of}}}";

        await FluentActions.Awaiting(() => ResolveAsync(Entry(digest: Signed("wrong")))).Should().ThrowAsync<HostException>().WithMessage("the signature of*does not hold with the key*");
        await FluentActions.Awaiting(() => ResolveAsync(Entry(digest: Signed("absent")))).Should().ThrowAsync<HostException>().WithMessage("the public key*does not exist*");
        await ResolveAsync(Entry(digest: Signed("right")));
    }

    [TestCase(false, "gzip")]
    [TestCase(true, "none")]
    [TestCase(false, "none")]
    public async Task A_full_disk_is_one_clear_error_and_nothing_stays_that_counts_as_whole(bool hidesLength, string tool)
    {
        if (tool != "none")
            server.Files["a.img"] = await CompressAsync(tool, new byte[512 << 10], RandomNumberGenerator.GetBytes(100 << 10), RandomNumberGenerator.GetBytes(100 << 10));
        var cache = Directory.CreateDirectory(folder["cache"]).FullName;
        var mount = await Cli.Wrap("mount").WithArguments(["-t", "tmpfs", "-o", $"size={(tool == "none" ? 512 : 320)}k", "tmpfs", cache])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync();
        if (!mount.IsSuccess)
            Assert.Inconclusive($"a small file system cannot be mounted here: {mount.StandardError}");
        try
        {
            server.HidesLength = hidesLength;
            await FluentActions.Awaiting(() => ResolveAsync(Entry())).Should().ThrowAsync<HostException>().WithMessage("the disk is full at*KOLA_CACHE_DIR*");

            Directory.GetDirectories(cache, "*sha256-*").Should().BeEmpty();
            new DriveInfo(cache).AvailableFreeSpace.Should().BePositive();
        }
        finally
        {
            await Cli.Wrap("umount").WithArguments([cache]).ExecuteAsync();
        }
    }

    private string Entry(string file = "a.img", string? sha256 = null, string? digest = null) => $$"""
        images:
          a:
            url: {{server.Address}}{{file}}
            {{digest ?? $"sha256: {sha256 ?? ReleaseFolder.Sha256(server.Files.GetValueOrDefault(file, []))}"}}
            release: 1
            architecture: x86_64
            firmware: uefi
            provisioning: cloud-init
            adapter: systemd
            user: debian
        """;

    private Task<ResolvedImage> ResolveAsync(string catalog, DownloadOptions? options = null, TimeProvider? time = null, CancellationToken cancellation = default) =>
        new ImageStore(
            ImageCatalog.Load(folder.Write($"{Guid.NewGuid()}/catalog.yaml", catalog)),
            new() { Checkout = folder.Path, State = folder["state"], Cache = folder["cache"] },
            new() { Download = (options ?? new()) with { FirstPause = TimeSpan.FromMilliseconds(1) } },
            time, Http)
        .ResolveAsync("a", new Recorder(progress), cancellation);

    private List<string> Leftovers() => [.. Directory.GetFileSystemEntries(folder["cache/partial"]).Concat(Directory.GetFileSystemEntries(folder["cache"], ".*"))];

    private List<ImageProgress> Steps()
    {
        lock (progress)
            return [.. progress];
    }

    private static long Start(string? range) => range is null ? 0 : long.Parse(range.Split('=', '-')[1]);

    private Task<byte[]> CompressAsync(string tool) => CompressAsync(tool, disk);

    private static async Task<byte[]> CompressAsync(string tool, params byte[][] content)
    {
        using var packed = new MemoryStream();
        await (PipeSource.FromBytes([.. content.SelectMany(part => part)]) | Cli.Wrap(tool).WithArguments(["-c"]) | PipeTarget.ToStream(packed)).ExecuteAsync();
        return packed.ToArray();
    }

    private async Task SignAsync(string name, string file)
    {
        var home = Directory.CreateDirectory(folder["gpg-" + name]).FullName;
        Task GpgAsync(params string[] arguments) => Cli.Wrap("gpg").WithArguments([.. new[] { "--homedir", home, "--batch", "--quiet", "--passphrase", "" }, .. arguments]).ExecuteAsync();
        await GpgAsync("--quick-generate-key", name, "ed25519", "sign", "never");
        await GpgAsync("--armor", "--export", "--output", folder[name + ".asc"]);
        await GpgAsync("--detach-sign", "--output", folder[name + ".sig"], file);
        await Cli.Wrap("gpgconf").WithArguments(["--homedir", home, "--kill", "all"]).ExecuteAsync();
    }
}

using System.Security.Cryptography;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Ssh;
using NUnit.Framework;

namespace Kola.Tests.Machines.Ssh;

[TestFixture]
public sealed class FileTransferTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private SshServer server = null!;

    private SshSession Ssh => server.Ssh;

    [SetUp]
    public async Task StartServer() => server = await SshServer.StartAsync();

    [TearDown]
    public async Task StopServer() => await server.DisposeAsync();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(10_000_001)]
    public async Task A_file_goes_there_and_back_unchanged(int size)
    {
        var content = RandomNumberGenerator.GetBytes(size);
        var local = In("local");
        await File.WriteAllBytesAsync(local, content);

        await Ssh.UploadAsync(local, In("new/folder/remote"), Convert.ToInt32("750", 8), Long, CancellationToken.None);
        await Ssh.DownloadAsync(In("new/folder/remote"), In("back/again"), Long, CancellationToken.None);

        (await File.ReadAllBytesAsync(In("back/again"))).Should().Equal(content);
        Convert.ToString((int)File.GetUnixFileMode(In("new/folder/remote")), 8).Should().Be("750");
        Directory.GetFiles(In("new/folder")).Should().ContainSingle("no part is left behind");
    }

    [TestCase("a b")]
    [TestCase("-rf")]
    [TestCase("a'b\"c$(touch INJECTED)`touch INJECTED`;&|\\")]
    [TestCase("zwölf\nlines")]
    public async Task A_name_of_any_kind_is_only_a_name(string name)
    {
        await File.WriteAllTextAsync(In("local"), "content");
        Directory.CreateDirectory(In("there"));

        await Ssh.UploadAsync(In("local"), In("there/" + name), null, Long, CancellationToken.None);
        await Ssh.DownloadAsync(In("there/" + name), In("back"), Long, CancellationToken.None);

        (await File.ReadAllTextAsync(In("back"))).Should().Be("content");
        Directory.GetFileSystemEntries(In("there")).Should().ContainSingle().Which.Should().Be(In("there/" + name));
        (await Ssh.RunAsync("ls INJECTED", Long, CancellationToken.None)).ExitCode.Should().NotBe(0);
    }

    [Test]
    public async Task A_directory_in_the_way_is_refused_and_left_alone()
    {
        await File.WriteAllTextAsync(In("local"), "content");
        Directory.CreateDirectory(In("there"));

        await Ssh.Awaiting(s => s.UploadAsync(In("local"), In("there"), null, Long, CancellationToken.None)).Should().ThrowAsync<GuestException>().WithMessage("*upload of*irectory*");
        Directory.GetFileSystemEntries(In("there")).Should().BeEmpty();
    }

    [Test]
    public async Task A_full_disk_leaves_the_old_file()
    {
        await File.WriteAllTextAsync(In("local"), "content");

        await Ssh.Awaiting(s => s.UploadAsync(In("local"), "/dev/full/x", null, Long, CancellationToken.None)).Should().ThrowAsync<GuestException>();
    }

    [Test]
    public async Task A_remote_file_that_is_not_there_is_told_and_nothing_is_left()
    {
        await Ssh.Awaiting(s => s.DownloadAsync("/no/such/file", In("back/file"), Long, CancellationToken.None)).Should().ThrowAsync<GuestException>().WithMessage("*/no/such/file*");

        Directory.GetFileSystemEntries(In("back")).Should().BeEmpty();
    }

    [Test]
    public async Task A_local_file_that_is_not_there_is_a_usage_error() =>
        await Ssh.Awaiting(s => s.UploadAsync("/no/such/file", "/x", null, Long, CancellationToken.None)).Should().ThrowAsync<InputException>().WithMessage("cannot read /no/such/file*");

    [Test]
    public async Task A_disk_of_the_host_that_is_full_ends_the_download()
    {
        await File.WriteAllBytesAsync(In("remote"), new byte[100]);
        File.WriteAllText(In("file"), "not a folder");

        await Ssh.Awaiting(s => s.DownloadAsync(In("remote"), In("file/below"), Long, CancellationToken.None)).Should().ThrowAsync<HostException>();
    }

    [Test]
    public async Task A_file_of_the_kernel_without_a_size_comes_whole()
    {
        await Ssh.DownloadAsync("/proc/version", In("version"), Long, CancellationToken.None);

        (await File.ReadAllTextAsync(In("version"))).Should().Be(await File.ReadAllTextAsync("/proc/version"));
    }

    private string In(string name) => Path.Combine(server.Folder, "files", name) is var path && Directory.CreateDirectory(Path.Combine(server.Folder, "files")).Exists ? path : "";
}

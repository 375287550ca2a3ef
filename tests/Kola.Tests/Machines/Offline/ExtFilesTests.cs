using CliWrap;
using FluentAssertions;
using Kola.Machines;
using Kola.Machines.Offline;
using NUnit.Framework;

namespace Kola.Tests.Machines.Offline;

/// <summary>Files of an ext4 file system that the real tools made.</summary>
public sealed class ExtFilesTests
{
    private readonly TemporaryFolder folder = new();
    private string image = "";

    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [SetUp]
    public async Task MakeAsync()
    {
        Directory.CreateDirectory(folder["tree/boot"]);
        folder.Write("tree/boot/vmlinuz", "a kernel\n");
        image = folder.Write($"{Guid.NewGuid():N}.ext4", new byte[4 << 20]);
        await Cli.Wrap("mkfs.ext4").WithArguments(["-q", "-d", folder["tree"], image]).ExecuteAsync(Stop);
    }

    [OneTimeTearDown]
    public void Clean() => folder.Dispose();

    [Test]
    public async Task A_file_is_read_and_one_that_is_missing_is_told()
    {
        var files = new ExtFiles(image);

        (await files.TextAsync("/boot/vmlinuz", Stop)).Should().Be("a kernel\n");
        (await files.LengthAsync("/boot/vmlinuz", Stop)).Should().Be(9);
        (await files.TextAsync("/boot/other", Stop)).Should().BeEmpty();
        (await files.LengthAsync("/boot/other", Stop)).Should().BeNull();
        await FluentActions.Awaiting(() => files.ReadAsync("/boot/other", folder["other"], Stop)).Should().ThrowAsync<GuestException>().WithMessage("debugfs failed *");
    }

    [Test]
    public async Task A_file_is_written_over_and_deleted_and_the_file_system_stays_sound()
    {
        var files = new ExtFiles(image);

        await files.WriteAsync("/boot/vmlinuz", folder.Write("another", "another kernel\n"), Stop);
        await files.ReadAsync("/boot/vmlinuz", folder["read"], Stop);
        (await File.ReadAllTextAsync(folder["read"], Stop)).Should().Be("another kernel\n");
        await files.DeleteAsync("/boot/vmlinuz", Stop);
        (await files.LengthAsync("/boot/vmlinuz", Stop)).Should().BeNull();
        await FluentActions.Awaiting(() => files.DeleteAsync("/boot/vmlinuz", Stop)).Should().ThrowAsync<GuestException>();

        (await Cli.Wrap("e2fsck").WithArguments(["-fn", image]).WithValidation(CommandResultValidation.None).ExecuteAsync(Stop)).ExitCode.Should().Be(0);
    }

    [Test]
    public async Task A_partition_is_opened_by_what_it_holds()
    {
        (await PartitionFiles.OfAsync(image, 2, Stop)).Should().BeOfType<ExtFiles>();
        await FluentActions.Awaiting(() => PartitionFiles.OfAsync(folder.Write("zeros", new byte[8192]), 2, Stop)).Should().ThrowAsync<GuestException>().WithMessage("partition 2 *got none");
    }
}

using System.Formats.Tar;
using FluentAssertions;
using Kola.Scenarios.Steps.External;
using NUnit.Framework;

namespace Kola.Tests.Scenarios.Steps.External;

internal sealed class GuestFilesTests
{
    private static CancellationToken Stop => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task A_linked_file_is_packed_with_its_own_mode_and_not_the_links()
    {
        using var folder = new TemporaryFolder();
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        File.SetUnixFileMode(folder.Write("elsewhere/key", "secret"), mode);
        Directory.CreateDirectory(folder["data"]);
        File.CreateSymbolicLink(folder["data/key"], "../elsewhere/key");

        await GuestFiles.PackAsync(folder["data.tar"], folder["data"], Stop);

        await using var tar = new TarReader(File.OpenRead(folder["data.tar"]));
        var entry = await tar.GetNextEntryAsync(copyData: true, Stop);
        entry.Should().BeEquivalentTo(new { Name = "key", EntryType = TarEntryType.RegularFile, Mode = mode });
    }
}

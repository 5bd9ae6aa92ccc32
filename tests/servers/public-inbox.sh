#!/bin/bash
# A real archive on loopback: Debian's public-inbox over mails of one's own, all below one folder.
#   public-inbox.sh make DIR          an empty inbox "test" (version 2, git epochs)
#   public-inbox.sh add DIR BOX…      delivers the mails of mboxes or single mails
#   public-inbox.sh remove DIR MAIL   a deletion: the mail goes, its commit stays
#   public-inbox.sh purge DIR MAIL    a purge: history is rewritten
#   public-inbox.sh serve DIR [PORT]  answers at http://127.0.0.1:PORT/test until it is killed; the
#                                     URL is in DIR/url once it does
set -eu
verb=$1
mkdir -p "$2"
dir=$(realpath "$2")
shift 2
export HOME=$dir PI_DIR=$dir/pi PI_CONFIG=$dir/pi/config GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@kernel.example
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@kernel.example

# One process for all mails, as public-inbox-watch(1) does it: 300 mails in 3 s.
importer='
	use PublicInbox::Config; use PublicInbox::Eml; use PublicInbox::InboxWritable;
	my $what = shift; my $ibx = PublicInbox::Config->new->lookup_name("test");
	my $im = PublicInbox::InboxWritable->new($ibx)->importer(1);
	sub one { my $eml = PublicInbox::Eml->new(\$_[0]); $what eq "add" ? $im->add($eml) : $im->remove($eml, "x") }
	for my $box (@ARGV) {
		open(my $fh, "<", $box) or die "$box: $!"; my $all = do { local $/; <$fh> };
		if ($all =~ /\AFrom /) {
			for (split(/^(?=From \S+.*\d:\d\d.*\d{4}$)/m, $all)) { s/\AFrom [^\n]*\n//; s/\n\n\z/\n/; one($_) }
		} else { one($all) }
	}
	$im->done;'

case $verb in
make)
	mkdir -p "$PI_DIR"
	public-inbox-init -V2 -L basic test "$dir/inbox" http://127.0.0.1/test test@kernel.example
	;;
add | remove)
	perl -e "$importer" "$verb" "$@"
	;;
purge)
	public-inbox-purge "$dir/inbox" <"$1" >/dev/null
	;;
serve)
	port=${1:-$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
	rm -f "$dir/url"
	( # the folder is complete when somebody reads the URL
		for _ in $(seq 200); do
			if python3 -c "import socket; socket.create_connection(('127.0.0.1', $port), 1)" 2>/dev/null; then
				echo "http://127.0.0.1:$port/test" >"$dir/url.new"
				mv "$dir/url.new" "$dir/url"
				break
			fi
			sleep 0.1
		done
	) &
	exec public-inbox-httpd -W0 -l "http://127.0.0.1:$port"
	;;
*)
	echo "$0: no such verb: $verb" >&2
	exit 2
	;;
esac

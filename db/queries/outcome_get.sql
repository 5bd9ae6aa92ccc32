SELECT num, boot FROM outcomes WHERE build_id = :build_id AND target = :target;

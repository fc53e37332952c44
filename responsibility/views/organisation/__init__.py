"""会议与文件: organisation, meetings, papers, experience, training."""
